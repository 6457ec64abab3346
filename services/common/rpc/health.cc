#include "services/common/rpc/health.h"

#include <optional>
#include <utility>
#include <vector>

#include "grpc/health/v1/health.pb.h"
#include "services/common/errors/errors.h"

namespace schutznetz::rpc {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

// One Watch: the state now, then each change.
class HealthState::Feed final : public StreamFeed {
 public:
  // `is_known`: whether the service that is asked for is one of this server's.
  Feed(HealthState& state, bool is_known) : state_(state), is_known_(is_known) {}
  ~Feed() override {
    const std::lock_guard lock(state_.mutex_);
    state_.watchers_.erase(this);
  }

  absl::StatusOr<std::optional<WireReply>> Next(bool&) override {
    const HealthCheckResponse::ServingStatus now = Status();
    if (now == told_) return std::optional<WireReply>();
    told_ = now;
    HealthCheckResponse response;
    response.set_status(now);
    WireReply reply;
    reply.AppendMessage(response);
    return std::optional<WireReply>(std::move(reply));
  }

 private:
  HealthCheckResponse::ServingStatus Status() const {
    if (!is_known_) return HealthCheckResponse::SERVICE_UNKNOWN;
    return state_.serving() ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
  }

  HealthState& state_;
  const bool is_known_;
  std::optional<HealthCheckResponse::ServingStatus> told_;
};

HealthState::HealthState() : registry_("grpc.health.v1.Health") {
  registry_.Read<HealthCheckRequest, HealthCheckResponse>(
      "Check", [this](const CallContext&, const HealthCheckRequest& request) -> absl::StatusOr<HealthCheckResponse> {
        if (services_.count(request.service()) == 0) return errors::NotFound(request.service());
        HealthCheckResponse response;
        response.set_status(serving() ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING);
        return response;
      });
  registry_.Stream<HealthCheckRequest>("Watch",
                                       [this](const CallContext&, const HealthCheckRequest& request,
                                              StreamWake wake) -> absl::StatusOr<std::unique_ptr<StreamFeed>> {
                                         return Watch(services_.count(request.service()) > 0, std::move(wake));
                                       });
}

std::unique_ptr<StreamFeed> HealthState::Watch(bool is_known, StreamWake wake) {
  auto feed = std::make_unique<Feed>(*this, is_known);
  const std::lock_guard lock(mutex_);
  watchers_.emplace(feed.get(), std::move(wake));
  return feed;
}

void HealthState::SetServing(bool serving) {
  std::vector<StreamWake> wakes;
  {
    const std::lock_guard lock(mutex_);
    serving_.store(serving);
    for (const auto& [feed, wake] : watchers_) wakes.push_back(wake);
  }
  for (const StreamWake& wake : wakes) wake();  // without the lock: a feed takes it when it ends
}

}  // namespace schutznetz::rpc
