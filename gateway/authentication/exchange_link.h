// Questions to the exchange server that threads of their own ask and wait for: the rights version, the signing keys.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "gateway/upstream/upstream_client.h"
#include "google/protobuf/message.h"
#include "services/common/access/caller_context.h"
#include "services/common/access/rights_version.h"
#include "services/common/telemetry/log.h"
#include "services/common/time/clock.h"

namespace schutznetz::gateway {

// Thread safe; one question at a time, each at most a second. Must not be used on a worker's thread.
class ExchangeLink {
 public:
  // `to_exchange` makes the contexts by which the gateway calls; it must outlive the link.
  ExchangeLink(const ChannelOptions& target, const access::ContextMinter& to_exchange);
  ~ExchangeLink();
  ExchangeLink(const ExchangeLink&) = delete;
  ExchangeLink& operator=(const ExchangeLink&) = delete;

  absl::StatusOr<int64_t> RightsVersion();
  // A JSON Web Key Set.
  absl::StatusOr<std::string> SigningKeys();

 private:
  absl::Status Call(size_t method, const google::protobuf::Message& request, google::protobuf::Message* reply);
  void WaitUntilWoken();

  const access::ContextMinter& to_exchange_;
  std::mutex calling_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;
  UpstreamClient client_;
};

// Keeps `rights` confirmed from a thread of its own: asks every 2 s, after a failure every half second.
class RightsPoller {
 public:
  // All references must outlive it.
  RightsPoller(ExchangeLink& link, access::RightsVersion& rights, const Clock& clock, telemetry::LogWriter& log);
  ~RightsPoller();
  RightsPoller(const RightsPoller&) = delete;
  RightsPoller& operator=(const RightsPoller&) = delete;

 private:
  void Run();
  bool Ask();

  ExchangeLink& link_;
  access::RightsVersion& rights_;
  const Clock& clock_;
  telemetry::LogWriter& log_;
  bool failed_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace schutznetz::gateway
