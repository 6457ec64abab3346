// Asks the directory server for its networks, as the public would.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/access/program_tls.h"
#include "services/events/domain/statistics.h"

namespace schutznetz::events {

// Thread safe. One thread asks; whoever waits meanwhile gets the same answer.
class DirectoryNetworksClient final : public DirectoryNetworks {
 public:
  // As DirectoryClient.
  DirectoryNetworksClient(const std::string& target, const access::TlsFiles& tls);
  // Those who wait get UNAVAILABLE.
  ~DirectoryNetworksClient() override;

  void Refresh(absl::Time deadline, absl::AnyInvocable<void(absl::Status)> then) override;
  std::shared_ptr<const std::vector<DirectoryNetwork>> Latest() const override;

 private:
  struct State;
  void Run();

  const std::unique_ptr<State> state_;
  std::thread thread_;
};

}  // namespace schutznetz::events
