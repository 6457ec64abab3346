#include "services/exchange/domain/field_descriptions.h"

#include <cstdlib>

#include "google/protobuf/descriptor.pb.h"

// The file is made by protoc at build time, comments included.
asm(R"(
  .section .rodata
  .balign 16
  .global schutznetz_exchange_contract_begin
  .global schutznetz_exchange_contract_end
schutznetz_exchange_contract_begin:
  .incbin ")" SCHUTZNETZ_EXCHANGE_CONTRACT R"("
schutznetz_exchange_contract_end:
  .byte 0
  .text
)");
extern "C" const char schutznetz_exchange_contract_begin[];
extern "C" const char schutznetz_exchange_contract_end[];

namespace schutznetz::exchange {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;

// The contract with its comments; the descriptors that are linked in have none.
const DescriptorPool& Commented() {
  static const DescriptorPool* const pool = [] {
    google::protobuf::FileDescriptorSet files;
    const auto size = static_cast<int>(schutznetz_exchange_contract_end - schutznetz_exchange_contract_begin);
    if (!files.ParseFromArray(schutznetz_exchange_contract_begin, size)) std::abort();
    auto* made = new DescriptorPool;
    for (const auto& file : files.file()) {
      if (made->BuildFile(file) == nullptr) std::abort();
    }
    return made;
  }();
  return *pool;
}

// One line, without the line feeds of the source.
std::string CommentOf(const FieldDescriptor& field) {
  google::protobuf::SourceLocation location;
  if (!field.GetSourceLocation(&location)) return {};
  std::string text;
  for (const char c : location.leading_comments) {
    const bool space = c == ' ' || c == '\n';
    if (!space) {
      text.push_back(c);
    } else if (!text.empty() && text.back() != ' ') {
      text.push_back(' ');
    }
  }
  if (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

void Add(const std::string& prefix, const Descriptor& message, v1::MemberArchive* archive) {
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    v1::FieldDescription* entry = archive->add_fields();
    entry->set_path(prefix + "." + field.json_name());
    entry->set_description(CommentOf(field));
    const Descriptor* inner = field.message_type();
    if (inner != nullptr && inner->full_name().starts_with("schutznetz.")) Add(entry->path(), *inner, archive);
  }
}

}  // namespace

void AddFieldDescriptions(const std::string& prefix, const Descriptor& message, v1::MemberArchive* archive) {
  const Descriptor* commented = Commented().FindMessageTypeByName(message.full_name());
  if (commented != nullptr) Add(prefix, *commented, archive);
}

}  // namespace schutznetz::exchange
