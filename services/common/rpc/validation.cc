#include "services/common/rpc/validation.h"

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include "services/common/rpc/request_walk.h"
#include "services/common/rpc/validation_table.h"

namespace schutznetz::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool StartsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

// The resource beside an update mask: the first singular message of this project.
const FieldDescriptor* ResourceBeside(const FieldDescriptor* mask) {
  const Descriptor* request = mask->containing_type();
  for (int i = 0; i < request->field_count(); ++i) {
    const FieldDescriptor* field = request->field(i);
    if (field != mask && !field->is_repeated() && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
        !StartsWith(field->message_type()->full_name(), "google.")) {
      return field;
    }
  }
  return nullptr;
}

}  // namespace

struct RequestRules::Compiled {
  CheckTable table;
  const MessageChecks* root = nullptr;
  RequestShape shape;
};

RequestRules::RequestRules(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
RequestRules::RequestRules(RequestRules&&) noexcept = default;
RequestRules& RequestRules::operator=(RequestRules&&) noexcept = default;
RequestRules::~RequestRules() = default;

absl::StatusOr<RequestRules> RequestRules::Compile(const Descriptor* request, std::string_view method) {
  auto compiled = std::make_unique<Compiled>();
  std::vector<errors::FieldViolation> faults;
  compiled->root = compiled->table.Add(request, &faults);
  compiled->shape.is_create = StartsWith(method, "Create") || StartsWith(method, "BatchCreate");
  if (const FieldDescriptor* mask = request->FindFieldByName("update_mask")) {
    compiled->shape.mask = mask;
    compiled->shape.resource = ResourceBeside(mask);
    if (compiled->shape.resource == nullptr) {
      faults.push_back({mask->full_name(), "update_mask needs a resource beside it."});
    }
  }
  if (!faults.empty()) return errors::InvalidFields(std::move(faults));
  return RequestRules(std::move(compiled));
}

absl::Status RequestRules::Enforce(google::protobuf::Message* request) const {
  std::vector<errors::FieldViolation> violations;
  RequestWalk(compiled_->shape, &violations).Check(*compiled_->root, request);
  return violations.empty() ? absl::OkStatus() : errors::InvalidFields(std::move(violations));
}

}  // namespace schutznetz::rpc
