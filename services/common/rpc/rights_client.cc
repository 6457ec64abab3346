#include "services/common/rpc/rights_client.h"

#include <grpcpp/client_context.h>

#include <utility>

#include "absl/time/clock.h"
#include "schutznetz/exchange/v1/access_service.grpc.pb.h"
#include "services/common/access/caller_context.h"
#include "services/common/errors/macros.h"
#include "services/common/rpc/grpc_status.h"
#include "services/common/rpc/transport.h"

namespace schutznetz::rpc {
namespace {

constexpr std::string_view kExchange = "exchange";

}  // namespace

struct RightsClient::State {
  access::Caller program;
  std::unique_ptr<const access::ContextMinter> minter;
  std::unique_ptr<exchange::v1::AccessService::Stub> stub;
};

absl::StatusOr<std::unique_ptr<RightsClient>> RightsClient::Create(std::string_view program, const std::string& target,
                                                                   const access::TlsFiles& tls,
                                                                   const access::ContextKeys& keys,
                                                                   const Clock& clock) {
  ASSIGN_OR_RETURN(auto minter, access::ContextMinter::Create(keys, program, kExchange, clock));
  return std::unique_ptr<RightsClient>(new RightsClient(
      std::make_unique<State>(access::Caller::Program(program), std::move(minter),
                              exchange::v1::AccessService::NewStub(ChannelTo(kExchange, target, tls)))));
}

RightsClient::RightsClient(std::unique_ptr<const State> state) : state_(std::move(state)) {}
RightsClient::~RightsClient() = default;

absl::StatusOr<int64_t> RightsClient::Ask(absl::Duration limit) const {
  ASSIGN_OR_RETURN(const auto identity, state_->minter->Mint(state_->program));
  grpc::ClientContext call;
  call.set_deadline(absl::ToChronoTime(absl::Now() + limit));
  call.AddMetadata(access::kCallerMetadata, *identity);
  exchange::v1::RightsVersion answer;
  const grpc::Status status = state_->stub->GetRightsVersion(&call, exchange::v1::GetRightsVersionRequest(), &answer);
  if (!status.ok()) return FromGrpc(status);
  return answer.version();
}

}  // namespace schutznetz::rpc
