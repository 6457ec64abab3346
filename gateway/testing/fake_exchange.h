// The exchange server's part towards a gateway: rights that a test changes.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>

#include "gateway/testing/fake_backend.h"
#include "schutznetz/exchange/v1/access_service.pb.h"
#include "services/common/access/caller_context.h"
#include "services/common/time/clock.h"

namespace schutznetz::gateway::testing {

// Answers AccessService to programs whose caller contexts verify. Thread safe.
class FakeExchange {
 public:
  // `jwks`: the keys of the installation's own tokens.
  FakeExchange(const access::ContextKeys& keys, std::string jwks);

  std::string address() const { return backend_.address(); }
  // `who` is "issuer subject", or the id and secret of a key.
  void Grant(const std::string& who, exchange::v1::ResolvedCaller caller);
  void Revoke(const std::string& who);
  // From now on every question, or every question who somebody is, fails so.
  void FailWith(absl::Status error);
  void FailResolving(absl::Status error);
  // Questions who somebody is wait for Release.
  void ResolveLater(bool later) { later_ = later; }
  void Release() { backend_.Release(); }
  int waiting() const { return backend_.waiting(); }
  int cancelled() const { return backend_.cancelled(); }
  int resolved() const { return resolved_; }
  int polls() const { return polls_; }
  int64_t version();

 private:
  BackendAnswer Answer(const BackendCall& call);
  void Resolve(const BackendCall& call, BackendAnswer* answer);

  const SystemClock clock_;
  const std::string jwks_;
  const access::ContextVerifier verifier_;
  std::mutex mutex_;
  std::map<std::string, exchange::v1::ResolvedCaller> callers_;
  int64_t version_ = 1;
  absl::Status error_;
  absl::Status resolve_error_;
  std::atomic<bool> later_{false};
  std::atomic<int> resolved_{0};
  std::atomic<int> polls_{0};
  FakeBackend backend_;
};

}  // namespace schutznetz::gateway::testing
