// Questions to the exchange server that threads of their own ask and wait for: the rights version, the signing keys.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/upstream/upstream_client.h"
#include "google/protobuf/message.h"
#include "services/common/access/caller_context.h"

namespace schutznetz::gateway {

// Thread safe; one question at a time. Must not be used on a worker's thread.
class ExchangeLink {
 public:
  // `to_exchange` makes the contexts by which the gateway calls; it must outlive the link.
  ExchangeLink(const ChannelOptions& target, const access::ContextMinter& to_exchange);
  ~ExchangeLink();
  ExchangeLink(const ExchangeLink&) = delete;
  ExchangeLink& operator=(const ExchangeLink&) = delete;

  // Within `limit`.
  absl::StatusOr<int64_t> RightsVersion(absl::Duration limit);
  // A JSON Web Key Set.
  absl::StatusOr<std::string> SigningKeys();

 private:
  absl::Status Call(size_t method, const google::protobuf::Message& request, google::protobuf::Message* reply,
                    absl::Duration limit);
  void WaitUntilWoken();

  const access::ContextMinter& to_exchange_;
  std::mutex calling_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;
  UpstreamClient client_;
};

}  // namespace schutznetz::gateway
