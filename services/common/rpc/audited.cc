#include "services/common/rpc/audited.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "google/protobuf/field_mask.pb.h"

namespace schutznetz::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// The field "name", as all resources and requests for one have it; empty where there is none.
std::string NameIn(const Message& message) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName("name");
  const bool is_text =
      field != nullptr && !field->is_repeated() && field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  return is_text ? message.GetReflection()->GetString(message, field) : std::string();
}

// "serviceAtLocation" for the message ServiceAtLocation.
std::string KindOf(const Message& resource) {
  std::string kind = resource.GetDescriptor()->name();
  kind[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(kind[0])));
  return kind;
}

std::vector<std::string> MaskOf(const Message& request) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("update_mask");
  if (field == nullptr || field->message_type() != google::protobuf::FieldMask::descriptor()) return {};
  const auto& mask =
      static_cast<const google::protobuf::FieldMask&>(request.GetReflection()->GetMessage(request, field));
  const auto count = std::min<size_t>(static_cast<size_t>(mask.paths_size()), audit::kFieldsMax);
  return {mask.paths().begin(), mask.paths().begin() + static_cast<std::ptrdiff_t>(count)};
}

}  // namespace

audit::CallNames NamesOf(const CallContext& call) {
  return {.principal = call.caller.is_public() ? std::string() : call.caller.principal(),
          .method = std::string(call.method),
          .request_id = std::string(call.request_id.view()),
          .trace_id = std::string(call.trace.trace_id.view())};
}

std::vector<audit::Fact> FactsOf(const Registry& registry, const CallContext& call, const Message& request,
                                 const WireReply& reply) {
  if (!reply.disclosed.empty()) return reply.disclosed;
  if (reply.audited || call.rule == nullptr || !call.rule->audit()) return {};
  const bool is_export = call.rule->rate() == common::v1::Rule::EXPORT;
  const audit::Act act = registry.ActOf(call.method).value_or(is_export ? audit::Act::kExport : audit::Act::kRead);
  return {{.act = act, .object = NameIn(request)}};
}

std::vector<audit::Fact> FactsOfWrite(const Registry& registry, const CallContext& call, const Message& request,
                                      const Message& response, const std::vector<storage::ChangeRecord>& changes) {
  if (const Registry::WriteFacts* facts = registry.FactsOf(call.method)) return (*facts)(response);
  const std::string of_response = NameIn(response);
  const bool redacted = std::any_of(changes.begin(), changes.end(), [&](const storage::ChangeRecord& change) {
    return change.operation == storage::ChangeOperation::kRedacted && change.name == of_response;
  });
  const audit::Act act = redacted ? audit::Act::kProtectionRaised : audit::Act::kWrite;
  return {{.act = registry.ActOf(call.method).value_or(act),
           .kind = of_response.empty() ? std::string() : KindOf(response),
           .object = of_response.empty() ? NameIn(request) : of_response,
           .fields = MaskOf(request)}};
}

}  // namespace schutznetz::rpc
