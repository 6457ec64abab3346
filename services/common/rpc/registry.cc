#include "services/common/rpc/registry.h"

#include "services/common/errors/macros.h"

namespace schutznetz::rpc {

std::optional<audit::Act> Registry::ActOf(std::string_view method) const {
  const auto found = acts_.find(method);
  return found == acts_.end() ? std::nullopt : std::optional<audit::Act>(found->second);
}

const Registry::WriteFacts* Registry::FactsOf(std::string_view method) const {
  const auto found = write_facts_.find(method);
  return found == write_facts_.end() ? nullptr : &found->second;
}

absl::Status Registry::AppendProjected(const CallContext& call, const google::protobuf::Message& response,
                                       WireReply* reply) const {
  std::string wire = response.SerializeAsString();
  if (projection_ != nullptr) {
    ASSIGN_OR_RETURN(wire, projection_(call, response.GetDescriptor(), std::move(wire)));
  }
  reply->Append(std::move(wire));
  return absl::OkStatus();
}

}  // namespace schutznetz::rpc
