// Anonymous feedback on events.
//
// An answer is added to sums and not kept. That a registration has answered is kept as a keyed digest without a time,
// in a record of its own; nothing leads from there to an answer. Sums are shown from five answers up and only after
// every fifth, so that looking before and after somebody answered shows at least five together.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schutznetz/events/v1/statistics.pb.h"
#include "services/common/personal/pepper.h"
#include "services/common/storage/transaction.h"

namespace schutznetz::events {

inline constexpr char kFeedbackKind[] = "feedback";            // id: that of the event
inline constexpr char kFeedbackGivenKind[] = "feedbackGiven";  // id: a digest of the registration
inline constexpr int kFeedbackStep = 5;

// Immutable, thread safe. `pepper` must outlive it.
class Feedback {
 public:
  explicit Feedback(const personal::Pepper& pepper) : pepper_(pepper) {}

  // The caller may answer for this registration, which attended: that was checked before.
  //   INVALID_ARGUMENT (INVALID_FIELD)      a question twice, or an unknown one
  //   ALREADY_EXISTS (RESOURCE_EXISTS)      this registration has answered
  absl::Status Give(storage::Transaction& tx, const v1::GiveFeedbackRequest& request) const;

  // Of an event that the caller may know.
  absl::StatusOr<v1::FeedbackSummary> Get(storage::ReadTransaction& tx, std::string_view event) const;

 private:
  const personal::Pepper& pepper_;
};

// Adds answers to a tally, and shows them when it is time. Pure.
void AddAnswers(const v1::GiveFeedbackRequest& request, v1::FeedbackTally* tally);

}  // namespace schutznetz::events
