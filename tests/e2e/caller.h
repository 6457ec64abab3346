// One way to call a method, two transports: gRPC to the server that has it, REST through the gateway.
//
// The REST caller knows no method: it builds path, query and body from google.api.http with protobuf's own JSON code,
// which makes it an independent check of the gateway's transcoding.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "schutznetz/directory/v1/directory_service.pb.h"
#include "tests/e2e/installation.h"

namespace schutznetz::e2e {

// The services that are called.
const google::protobuf::ServiceDescriptor& DirectoryService();
const google::protobuf::ServiceDescriptor& EventsService();
const google::protobuf::ServiceDescriptor& ExchangeService();

// Errors carry the details of google.rpc.Status, for testing::HasReason. Not thread safe.
class Caller {
 public:
  virtual ~Caller() = default;
  virtual absl::Status Call(const google::protobuf::MethodDescriptor& method, const google::protobuf::Message& request,
                            google::protobuf::Message* response) = 0;

  // Call of DirectoryService, or of the service that is given, by name.
  template <typename Response, typename Request>
  absl::StatusOr<Response> Do(const std::string& method, const Request& request,
                              const google::protobuf::ServiceDescriptor& service = DirectoryService()) {
    Response response;
    absl::Status status = Call(*service.FindMethodByName(method), request, &response);
    if (!status.ok()) return status;
    return response;
  }
};

// Whoever the installation's token subject `subject` is; kNobody: the public. Over gRPC the caller takes the gateway's
// place: it asks the exchange server who that is and vouches for them.
std::unique_ptr<Caller> MakeGrpcCaller(const Installation& installation, const std::string& subject);
std::unique_ptr<Caller> MakeRestCaller(const Installation& installation, const std::string& subject);

}  // namespace schutznetz::e2e
