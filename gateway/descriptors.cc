#include "gateway/descriptors.h"

#include <fstream>
#include <sstream>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.pb.h"

// The file is made by protoc at build time.
asm(R"(
  .section .rodata
  .balign 16
  .global schutznetz_descriptor_set_begin
  .global schutznetz_descriptor_set_end
schutznetz_descriptor_set_begin:
  .incbin ")" SCHUTZNETZ_DESCRIPTOR_SET R"("
schutznetz_descriptor_set_end:
  .byte 0
  .text
)");
extern "C" const char schutznetz_descriptor_set_begin[];
extern "C" const char schutznetz_descriptor_set_end[];

namespace schutznetz::gateway {

absl::StatusOr<google::protobuf::FileDescriptorSet> LoadDescriptors(const std::string& file) {
  google::protobuf::FileDescriptorSet set;
  if (file.empty()) {
    const std::string_view built_in(
        schutznetz_descriptor_set_begin,
        static_cast<size_t>(schutznetz_descriptor_set_end - schutznetz_descriptor_set_begin));
    if (set.ParseFromArray(built_in.data(), static_cast<int>(built_in.size()))) return set;
    return absl::InternalError("the built-in descriptor set is damaged");
  }
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  if (!stream || !set.ParseFromString(content.str())) {
    return absl::InvalidArgumentError(absl::StrCat("\"", file, "\" is not a readable FileDescriptorSet"));
  }
  return set;
}

}  // namespace schutznetz::gateway
