#include "services/events/api/directory_networks_client.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <condition_variable>
#include <utility>

#include "absl/time/clock.h"
#include "schutznetz/directory/v1/directory_service.grpc.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/rpc/transport.h"

namespace schutznetz::events {
namespace {

constexpr absl::Duration kNetworksFresh = absl::Seconds(5);
constexpr absl::Duration kNetworksAnswerTime = absl::Seconds(2);
constexpr int kNetworksPage = 500;
constexpr int kNetworkPagesMax = 40;  // there are some hundred networks

DirectoryNetwork NetworkOf(const directory::v1::Network& network) {
  return {network.name(),
          network.display_name(),
          {network.lands().begin(), network.lands().end()},
          network.founding_date(),
          {network.extension_dates().begin(), network.extension_dates().end()}};
}

}  // namespace

struct DirectoryNetworksClient::State {
  using Networks = std::vector<DirectoryNetwork>;

  State(const std::string& target, const access::TlsFiles& tls)
      : stub(directory::v1::DirectoryService::NewStub(rpc::ChannelTo("directory", target, tls))) {}

  absl::StatusOr<Networks> Ask(absl::Time deadline) {
    Networks networks;
    directory::v1::ListNetworksRequest request;
    request.set_page_size(kNetworksPage);
    for (int page = 0; page < kNetworkPagesMax; ++page) {
      grpc::ClientContext context;
      context.set_deadline(absl::ToChronoTime(deadline));
      directory::v1::ListNetworksResponse response;
      if (!stub->ListNetworks(&context, request, &response).ok())
        return errors::TemporarilyUnavailable(absl::Seconds(1));
      for (const directory::v1::Network& network : response.networks()) networks.push_back(NetworkOf(network));
      request.set_page_token(response.next_page_token());
      if (request.page_token().empty()) break;
    }
    return networks;
  }

  const std::unique_ptr<directory::v1::DirectoryService::Stub> stub;
  mutable std::mutex mutex;
  std::condition_variable wake;
  std::vector<absl::AnyInvocable<void(absl::Status)>> waiting;
  std::shared_ptr<const Networks> latest = std::make_shared<const Networks>();
  absl::Time latest_time = absl::InfinitePast();
  bool ending = false;
};

DirectoryNetworksClient::DirectoryNetworksClient(const std::string& target, const access::TlsFiles& tls)
    : state_(std::make_unique<State>(target, tls)), thread_([this] { Run(); }) {}

DirectoryNetworksClient::~DirectoryNetworksClient() {
  {
    std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->wake.notify_all();
  thread_.join();
}

void DirectoryNetworksClient::Refresh(absl::Time, absl::AnyInvocable<void(absl::Status)> then) {
  bool ending = false;
  {
    std::lock_guard lock(state_->mutex);
    ending = state_->ending;
    if (!ending && absl::Now() - state_->latest_time > kNetworksFresh) {
      state_->waiting.push_back(std::move(then));
      state_->wake.notify_all();
      return;
    }
  }
  then(ending ? errors::TemporarilyUnavailable(absl::Seconds(1)) : absl::OkStatus());
}

std::shared_ptr<const std::vector<DirectoryNetwork>> DirectoryNetworksClient::Latest() const {
  std::lock_guard lock(state_->mutex);
  return state_->latest;
}

void DirectoryNetworksClient::Run() {
  std::unique_lock lock(state_->mutex);
  while (true) {
    state_->wake.wait(lock, [&] { return state_->ending || !state_->waiting.empty(); });
    auto waiting = std::move(state_->waiting);
    state_->waiting.clear();
    const bool ending = state_->ending;
    lock.unlock();
    absl::StatusOr<std::vector<DirectoryNetwork>> networks = errors::TemporarilyUnavailable(absl::Seconds(1));
    if (!ending) networks = state_->Ask(absl::Now() + kNetworksAnswerTime);
    lock.lock();
    if (networks.ok()) {
      state_->latest = std::make_shared<const std::vector<DirectoryNetwork>>(*std::move(networks));
      state_->latest_time = absl::Now();
    }
    const absl::Status status = networks.ok() ? absl::OkStatus() : networks.status();
    lock.unlock();
    for (auto& then : waiting) then(status);
    lock.lock();
    if (ending) return;
  }
}

}  // namespace schutznetz::events
