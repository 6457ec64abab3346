# schutznetz_migrations(<library> FUNCTION <namespace::Name> SET <name> DIR <folder>)
#   Embeds <folder>/{sqlite,postgres}/0001_what.sql, 0002_… into the library schutznetz_<library> as the function
#   const schutznetz::storage::MigrationSet& <namespace::Name>(); (declared by the owner in a header of its own).
function(schutznetz_migrations library)
  cmake_parse_arguments(ARG "" "FUNCTION;SET;DIR" "" ${ARGN})
  cmake_path(ABSOLUTE_PATH ARG_DIR BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
  file(GLOB texts CONFIGURE_DEPENDS ${ARG_DIR}/sqlite/*.sql ${ARG_DIR}/postgres/*.sql)
  set(script ${CMAKE_SOURCE_DIR}/cmake/EmbedMigrations.cmake)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${library}_${ARG_SET}_migrations.cc)
  add_custom_command(OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -DOUT=${source} -DFUNCTION=${ARG_FUNCTION} -DSET=${ARG_SET} -DDIR=${ARG_DIR} -P ${script}
    DEPENDS ${texts} ${script} COMMENT "Embedding migrations of ${library}" VERBATIM)
  target_sources(schutznetz_${library} PRIVATE ${source})
endfunction()
