// One concern on the way of a request in and of its answer out.
#pragma once

#include <string_view>

#include "gateway/filters/call.h"

namespace schutznetz::gateway {

enum class Verdict {
  kContinue,
  kAnswered,  // call.error or call.response holds the answer; no later filter sees the request
  // Something was asked that will tell call.waiter. Then Before of this same filter is called again. Until that, the
  // client may go away: Dropped must cancel the question.
  kSuspended,
};

// Immutable after construction, or thread safe: all workers share it. What belongs to a worker is in call.worker.
class Filter {
 public:
  virtual ~Filter() = default;

  // As it stands in the list of filter_chain.h.
  virtual std::string_view name() const = 0;
  // On the way in.
  virtual Verdict Before(Call&) const { return Verdict::kContinue; }
  // On the way out, in reverse order, for every filter whose Before was called. An error is rendered into call.response
  // before the first After.
  virtual void After(Call&) const {}
  // The client went away, or cannot be answered: in place of After.
  virtual void Dropped(Call&) const {}
};

// Answers with this error.
inline Verdict Fail(Call& call, absl::Status error, int http_status = 0) {
  call.error = std::move(error);
  call.http_status = http_status;
  return Verdict::kAnswered;
}

}  // namespace schutznetz::gateway
