#include "gateway/authentication/exchange_link.h"

#include "schutznetz/exchange/v1/access_service.pb.h"
#include "services/common/errors/macros.h"

namespace schutznetz::gateway {
namespace {

enum LinkMethod : size_t { kRightsVersion, kSigningKeys };

std::vector<UpstreamClient::Method> LinkMethods() {
  const std::string service = "/schutznetz.exchange.v1.AccessService/";
  return {{{service + "GetRightsVersion", true}, 0}, {{service + "GetSigningKeys", true}, 0}};
}

struct LinkReceiver final : UpstreamReceiver {
  explicit LinkReceiver(google::protobuf::Message* to) : message(to) {}
  void OnReply(const UpstreamReply& reply) override {
    done = true;
    status = absl::Status(reply.code, absl::string_view(reply.text.data(), reply.text.size()));
    if (status.ok() && !message->ParseFromArray(reply.message.data(), static_cast<int>(reply.message.size()))) {
      status = absl::InternalError("the answer is not of its type");
    }
  }

  google::protobuf::Message* message;
  bool done = false;
  absl::Status status;
};

}  // namespace

ExchangeLink::ExchangeLink(const ChannelOptions& target, const access::ContextMinter& to_exchange)
    : to_exchange_(to_exchange), client_({target}, LinkMethods()) {
  client_.SetWake([this] {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    wake_.notify_one();
  });
}

ExchangeLink::~ExchangeLink() { client_.Close(); }

void ExchangeLink::WaitUntilWoken() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return woken_; });
  woken_ = false;
}

absl::Status ExchangeLink::Call(size_t method, const google::protobuf::Message& request,
                                google::protobuf::Message* reply, absl::Duration limit) {
  const std::lock_guard lock(calling_);
  const std::string message = request.SerializeAsString();
  ASSIGN_OR_RETURN(const auto context, to_exchange_.Mint(access::Caller::Program(access::kGatewayName)));
  UpstreamRequest upstream;
  upstream.method = method;
  upstream.message = message;
  upstream.timeout = limit;
  upstream.caller = *context;
  LinkReceiver receiver(reply);
  client_.Start(upstream, receiver);
  while (!receiver.done) {  // the limit ends it at the latest
    WaitUntilWoken();
    client_.RunFinished();
  }
  return receiver.status;
}

absl::StatusOr<int64_t> ExchangeLink::RightsVersion(absl::Duration limit) {
  exchange::v1::RightsVersion reply;
  RETURN_IF_ERROR(Call(kRightsVersion, exchange::v1::GetRightsVersionRequest(), &reply, limit));
  return reply.version();
}

absl::StatusOr<std::string> ExchangeLink::SigningKeys() {
  constexpr absl::Duration kLimit = absl::Seconds(1);
  exchange::v1::SigningKeys reply;
  RETURN_IF_ERROR(Call(kSigningKeys, exchange::v1::GetSigningKeysRequest(), &reply, kLimit));
  return reply.jwks();
}

}  // namespace schutznetz::gateway
