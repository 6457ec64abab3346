#include "gateway/authentication/exchange_link.h"

#include <chrono>
#include <utility>

#include "schutznetz/exchange/v1/access_service.pb.h"
#include "services/common/errors/macros.h"

namespace schutznetz::gateway {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(1);
constexpr absl::Duration kRetryAfter = absl::Milliseconds(500);

enum Question : size_t { kRightsVersion, kSigningKeys };

std::vector<UpstreamClient::Method> Methods() {
  const std::string service = "/schutznetz.exchange.v1.AccessService/";
  return {{{service + "GetRightsVersion", true}, 0}, {{service + "GetSigningKeys", true}, 0}};
}

struct Receiver final : UpstreamReceiver {
  explicit Receiver(google::protobuf::Message* to) : message(to) {}
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
    : to_exchange_(to_exchange), client_({target}, Methods()) {
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
                                google::protobuf::Message* reply) {
  const std::lock_guard lock(calling_);
  const std::string message = request.SerializeAsString();
  ASSIGN_OR_RETURN(const auto context, to_exchange_.Mint(access::Caller::Program(access::kGatewayName)));
  UpstreamRequest upstream;
  upstream.method = method;
  upstream.message = message;
  upstream.timeout = kTimeout;
  upstream.caller = *context;
  Receiver receiver(reply);
  client_.Start(upstream, receiver);
  while (!receiver.done) {  // the timeout ends it at the latest
    WaitUntilWoken();
    client_.RunFinished();
  }
  return receiver.status;
}

absl::StatusOr<int64_t> ExchangeLink::RightsVersion() {
  exchange::v1::RightsVersion reply;
  RETURN_IF_ERROR(Call(kRightsVersion, exchange::v1::GetRightsVersionRequest(), &reply));
  return reply.version();
}

absl::StatusOr<std::string> ExchangeLink::SigningKeys() {
  exchange::v1::SigningKeys reply;
  RETURN_IF_ERROR(Call(kSigningKeys, exchange::v1::GetSigningKeysRequest(), &reply));
  return reply.jwks();
}

RightsPoller::RightsPoller(ExchangeLink& link, access::RightsVersion& rights, const Clock& clock,
                           telemetry::LogWriter& log)
    : link_(link), rights_(rights), clock_(clock), log_(log), thread_([this] { Run(); }) {}

RightsPoller::~RightsPoller() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void RightsPoller::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    const bool answered = Ask();
    lock.lock();
    const absl::Duration pause = answered ? access::kRightsPollPeriod : kRetryAfter;
    wake_.wait_for(lock, absl::ToChronoNanoseconds(pause), [this] { return stop_; });
  }
}

bool RightsPoller::Ask() {
  const absl::Time asked = clock_.Now();
  const absl::StatusOr<int64_t> version = link_.RightsVersion();
  if (version.ok()) rights_.Confirm(*version, asked);
  if (version.ok() == failed_) {  // what is new is told once
    telemetry::LogLine line;
    line.event = "rights_version_known";
    if (!version.ok()) {
      line.event = "rights_version_unknown";
      line.level = telemetry::Level::kWarning;
      line.grpc_code = static_cast<int>(version.status().code());
    }
    log_.Write(std::move(line));
  }
  failed_ = !version.ok();
  return version.ok();
}

}  // namespace schutznetz::gateway
