# The one place that looks for packages. Everything comes from the distribution; deploy/packages.txt lists it.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Protobuf REQUIRED)
find_package(absl REQUIRED CONFIG)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n data)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(CURL REQUIRED)
find_package(prometheus-cpp REQUIRED CONFIG)
find_package(roaring REQUIRED CONFIG)
find_package(simdjson REQUIRED CONFIG)
find_package(fmt REQUIRED CONFIG)
find_package(CLI11 REQUIRED CONFIG)
pkg_check_modules(grpcpp REQUIRED IMPORTED_TARGET grpc++)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(geonames REQUIRED IMPORTED_TARGET geonames)
pkg_check_modules(pangocairo REQUIRED IMPORTED_TARGET pangocairo)
pkg_check_modules(qrencode REQUIRED IMPORTED_TARGET libqrencode)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
# -D_FILE_OFFSET_BITS=64 and -pthread say nothing here, but a macro more makes the precompiled headers unusable.
set_target_properties(PkgConfig::hiredis PkgConfig::pangocairo PROPERTIES INTERFACE_COMPILE_OPTIONS "")
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

# google/api/*.proto and google/rpc/*.proto: taken from the package, never copied into the tree.
find_path(GOOGLEAPIS_DIR google/api/annotations.proto
  PATHS /usr/share/gocode/src/github.com/gogo/googleapis REQUIRED)
# grpc/health/v1/health.proto.
find_path(GRPC_PROTO_DIR grpc/health/v1/health.proto PATHS /usr/share/grpc-proto /usr/include REQUIRED)

# Packages without a CMake or pkg-config file of their own.
function(schutznetz_plain_dependency name header library)
  find_path(${name}_INCLUDE_DIR ${header} REQUIRED)
  find_library(${name}_LIBRARY ${library} REQUIRED)
  add_library(${name}::${name} INTERFACE IMPORTED)
  target_include_directories(${name}::${name} SYSTEM INTERFACE ${${name}_INCLUDE_DIR})
  target_link_libraries(${name}::${name} INTERFACE ${${name}_LIBRARY})
endfunction()
schutznetz_plain_dependency(stemmer libstemmer.h stemmer)
schutznetz_plain_dependency(s2 s2/s2point.h s2)
find_path(boost_INCLUDE_DIR boost/beast/core.hpp REQUIRED)  # header-only parts: Beast, Asio
add_library(boost::boost INTERFACE IMPORTED)
target_include_directories(boost::boost SYSTEM INTERFACE ${boost_INCLUDE_DIR})
target_link_libraries(boost::boost INTERFACE Threads::Threads)
target_link_libraries(s2::s2 INTERFACE OpenSSL::Crypto absl::base absl::strings)

if(SCHUTZNETZ_TESTS)
  find_package(GTest REQUIRED)
endif()
if(SCHUTZNETZ_BENCHES)
  find_package(benchmark REQUIRED)
endif()
