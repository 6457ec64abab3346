// grpc.health.v1, served through the same engine as everything else.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "services/common/rpc/registry.h"
#include "services/common/rpc/stream.h"

namespace schutznetz::rpc {

// One state for the whole server and each of its services. Thread safe after start.
class HealthState {
 public:
  HealthState();

  // Before start: Check and Watch know this service by name.
  void AddService(const std::string& service) { services_.insert(service); }
  // Watchers hear of it at once: a gateway sends no further calls to a server that is about to stop.
  void SetServing(bool serving);
  bool serving() const { return serving_.load(); }

  // Answers Check and Watch.
  const Registry& registry() const { return registry_; }

 private:
  class Feed;
  std::unique_ptr<StreamFeed> Watch(bool is_known, StreamWake wake);

  std::atomic<bool> serving_{false};
  std::set<std::string> services_ = {""};
  Registry registry_;
  std::mutex mutex_;
  std::map<const Feed*, StreamWake> watchers_;
};

}  // namespace schutznetz::rpc
