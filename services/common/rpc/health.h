// grpc.health.v1, served through the same engine as everything else.
#pragma once

#include <atomic>
#include <set>
#include <string>

#include "services/common/rpc/registry.h"

namespace schutznetz::rpc {

// One state for the whole server and each of its services. Thread safe after start.
class HealthState {
 public:
  HealthState();

  // Before start: Check knows this service by name.
  void AddService(const std::string& service) { services_.insert(service); }
  void SetServing(bool serving) { serving_.store(serving); }
  bool serving() const { return serving_.load(); }

  // Answers Check. Watch is not served (UNIMPLEMENTED): clients then take the server as healthy, as the protocol says.
  const Registry& registry() const { return registry_; }

 private:
  std::atomic<bool> serving_{false};
  std::set<std::string> services_ = {""};
  Registry registry_;
};

}  // namespace schutznetz::rpc
