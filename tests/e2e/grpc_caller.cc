#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include "services/common/testing/in_process_server.h"
#include "tests/e2e/caller.h"

namespace schutznetz::e2e {
namespace {

class GrpcCaller final : public Caller {
 public:
  GrpcCaller(const std::string& address, std::string token)
      : token_(std::move(token)), stub_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())) {}

  absl::Status Call(const google::protobuf::MethodDescriptor& method, const google::protobuf::Message& request,
                    google::protobuf::Message* response) override {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
    bool own = false;
    grpc::ByteBuffer body, answer;
    grpc::Status status = grpc::SerializationTraits<google::protobuf::Message>::Serialize(request, &body, &own);
    grpc::CompletionQueue queue;
    auto call =
        stub_.PrepareUnaryCall(&context, "/" + method.service()->full_name() + "/" + method.name(), body, &queue);
    call->StartCall();
    call->Finish(&answer, &status, this);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    if (!status.ok()) return testing::ErrorOf(status);
    status = grpc::SerializationTraits<google::protobuf::Message>::Deserialize(&answer, response);
    return status.ok() ? absl::OkStatus() : absl::InternalError("the answer is no message of its type");
  }

 private:
  const std::string token_;
  grpc::GenericStub stub_;
};

}  // namespace

std::unique_ptr<Caller> MakeGrpcCaller(const Installation& installation, bool as_operator) {
  return std::make_unique<GrpcCaller>("127.0.0.1:" + std::to_string(installation.directory_port()),
                                      as_operator ? installation.token() : "");
}

}  // namespace schutznetz::e2e
