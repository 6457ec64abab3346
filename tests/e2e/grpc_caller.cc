#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include "absl/strings/str_cat.h"
#include "schutznetz/exchange/v1/access_service.grpc.pb.h"
#include "services/common/access/caller_context.h"
#include "services/common/testing/in_process_server.h"
#include "services/common/tokens/token_issuer.h"
#include "tests/e2e/caller.h"

namespace schutznetz::e2e {
namespace {

std::shared_ptr<grpc::Channel> ChannelTo(int port) {
  return grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials());
}

access::Caller FromResolved(const exchange::v1::ResolvedCaller& resolved, const std::string& session) {
  access::Grants grants;
  for (const int role : resolved.roles()) {
    // The names of the contract and of the set stand in one order: PROFESSIONAL is the first role.
    grants.roles.Add(static_cast<access::Role>(role - common::v1::Rule::PROFESSIONAL));
  }
  grants.lands.assign(resolved.lands().begin(), resolved.lands().end());
  grants.networks.assign(resolved.networks().begin(), resolved.networks().end());
  grants.coordinated_networks.assign(resolved.coordinated_networks().begin(), resolved.coordinated_networks().end());
  grants.scopes.assign(resolved.scopes().begin(), resolved.scopes().end());
  return access::Caller::Granted(resolved.principal(), grants,
                                 {.id = session, .rights_version = resolved.rights_version()});
}

class GrpcCaller final : public Caller {
 public:
  GrpcCaller(const Installation& installation, std::string subject)
      : subject_(std::move(subject)),
        keys_(*access::ContextKeys::Parse(installation.context_keys())),
        to_exchange_(*access::ContextMinter::Create(keys_, access::kGatewayName, "exchange", clock_)),
        exchange_channel_(ChannelTo(installation.exchange_port())),
        access_(exchange::v1::AccessService::NewStub(exchange_channel_)),
        directory_(Server("directory", ChannelTo(installation.directory_port()))),
        events_(Server("events", ChannelTo(installation.events_port()))),
        exchange_(Server("exchange", exchange_channel_)) {}

  absl::Status Call(const google::protobuf::MethodDescriptor& method, const google::protobuf::Message& request,
                    google::protobuf::Message* response) override {
    ServerParts& server = ServerOf(method.service()->full_name());
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    if (!subject_.empty()) {
      absl::StatusOr<access::Caller> caller = Resolve();
      if (!caller.ok()) return caller.status();
      context.AddMetadata(access::kCallerMetadata, **server.vouch->Mint(*caller));
    }
    bool own = false;
    grpc::ByteBuffer body, answer;
    grpc::Status status = grpc::SerializationTraits<google::protobuf::Message>::Serialize(request, &body, &own);
    grpc::CompletionQueue queue;
    auto call =
        server.stub.PrepareUnaryCall(&context, "/" + method.service()->full_name() + "/" + method.name(), body, &queue);
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
  struct ServerParts {
    std::unique_ptr<access::ContextMinter> vouch;
    grpc::GenericStub stub;
  };
  ServerParts Server(const char* name, const std::shared_ptr<grpc::Channel>& channel) const {
    return {*access::ContextMinter::Create(keys_, access::kGatewayName, name, clock_), grpc::GenericStub(channel)};
  }
  ServerParts& ServerOf(const std::string& service) {
    if (service.starts_with("schutznetz.exchange.")) return exchange_;
    return service.starts_with("schutznetz.events.") ? events_ : directory_;
  }
  // Anew for each call, so that a changed grant is never in the way.
  absl::StatusOr<access::Caller> Resolve() const {
    grpc::ClientContext context;
    context.AddMetadata(access::kCallerMetadata, **to_exchange_->Mint(access::Caller::Program(access::kGatewayName)));
    exchange::v1::ResolveCallerRequest request;
    request.mutable_token()->set_issuer(tokens::kOwnIssuer);
    request.mutable_token()->set_subject(subject_);
    exchange::v1::ResolvedCaller resolved;
    const grpc::Status status = access_->ResolveCaller(&context, request, &resolved);
    if (!status.ok()) return testing::ErrorOf(status);
    return FromResolved(resolved, subject_);
  }

  const SystemClock clock_;
  const std::string subject_;
  const access::ContextKeys keys_;
  const std::unique_ptr<access::ContextMinter> to_exchange_;
  const std::shared_ptr<grpc::Channel> exchange_channel_;
  const std::unique_ptr<exchange::v1::AccessService::Stub> access_;
  ServerParts directory_, events_, exchange_;
};

}  // namespace

std::unique_ptr<Caller> MakeGrpcCaller(const Installation& installation, const std::string& subject) {
  return std::make_unique<GrpcCaller>(installation, subject);
}

}  // namespace schutznetz::e2e
