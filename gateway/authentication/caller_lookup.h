// Asks the exchange server who a caller is, without blocking the worker.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "gateway/authentication/caller_directory.h"
#include "gateway/upstream/upstream.h"
#include "services/common/access/caller_context.h"

namespace schutznetz::gateway {

class CallerWaiter {
 public:
  virtual ~CallerWaiter() = default;
  // UNAUTHENTICATED (CREDENTIALS_REQUIRED): nobody, or not any more. UNAVAILABLE: it cannot be told now.
  virtual void OnCaller(absl::StatusOr<access::Caller> caller) = 0;
};

// One per worker, used on its thread.
class CallerLookup {
 public:
  class Question;

  // `method`: the number of AccessService.ResolveCaller in `upstream`. `to_exchange` makes the contexts by which the
  // gateway calls it. All references must outlive the lookup.
  CallerLookup(CallerDirectory& directory, Upstream& upstream, size_t method, const access::ContextMinter& to_exchange);
  ~CallerLookup();
  CallerLookup(const CallerLookup&) = delete;
  CallerLookup& operator=(const CallerLookup&) = delete;

  // Asks; OnCaller follows, later and once. Requests of one session that come while the question is open share it,
  // except with `anew`: then the answer is newer than this call.
  Question* Ask(const Credential& credential, CallerWaiter& waiter, bool anew);
  // The waiter is not told any more.
  void Cancel(Question* question, CallerWaiter& waiter);

 private:
  void Finish(Question& question, const UpstreamReply& reply);
  absl::StatusOr<access::Caller> AnswerOf(const Question& question, const UpstreamReply& reply);
  std::unique_ptr<Question> Take(Question& question);

  CallerDirectory& directory_;
  Upstream& upstream_;
  const size_t method_;
  const access::ContextMinter& to_exchange_;
  std::vector<std::unique_ptr<Question>> open_;
  absl::flat_hash_map<std::string, Question*> by_session_;  // those that may be shared
};

}  // namespace schutznetz::gateway
