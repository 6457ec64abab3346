#include "services/common/rpc/grpc_status.h"

#include "google/rpc/status.pb.h"
#include "services/common/errors/status_proto.h"

namespace schutznetz::rpc {

grpc::Status ToGrpc(const absl::Status& status, std::string_view domain) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status proto = errors::ToProto(status, domain);
  return {static_cast<grpc::StatusCode>(proto.code()), proto.message(), proto.SerializeAsString()};
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status proto;
  if (!status.error_details().empty() && proto.ParseFromString(status.error_details())) return errors::FromProto(proto);
  return {static_cast<absl::StatusCode>(status.error_code()), status.error_message()};
}

}  // namespace schutznetz::rpc
