#include "services/directory/view/ladder_reachability.h"

#include <algorithm>
#include <tuple>

namespace schutznetz::directory {
namespace {

using civil::OpenState;
using common::v1::Phone;
using common::v1::Schedule;

bool IsCallable(const Phone& phone) { return phone.type() != Phone::SMS && phone.type() != Phone::FAX; }

struct Answered {
  const LadderLine* line;
  OpenState state;
};

// Joins what each channel says.
class Joined {
 public:
  explicit Joined(CandidateReachability& result) : result_(result) {}

  void Add(const OpenState& state) {
    result_.changes_at = std::min(result_.changes_at, state.changes_at);
    if (state.is_open()) {
      const absl::Time until = state.until.value_or(absl::InfiniteFuture());
      result_.on_call = state.type == Schedule::ON_CALL && (!is_open_ || result_.on_call);
      until_ = is_open_ ? std::max(until_, until) : until;
      is_open_ = true;
    } else if (state.kind == OpenState::Kind::kClosed) {
      is_known_ = true;
      next_ = std::min(next_, state.next_open.value_or(absl::InfiniteFuture()));
    }
  }

  void Finish() {
    if (is_open_) {
      result_.state = v1::Reachability::REACHABLE;
      if (until_ != absl::InfiniteFuture()) result_.until = until_;
    } else if (is_known_) {
      result_.state = v1::Reachability::CLOSED;
      if (next_ != absl::InfiniteFuture()) result_.next = next_;
    }
  }

 private:
  CandidateReachability& result_;
  bool is_open_ = false, is_known_ = false;
  absl::Time until_ = absl::InfinitePast(), next_ = absl::InfiniteFuture();
};

}  // namespace

CandidateReachability ReachabilityOf(const LadderCandidate& candidate, const civil::Moment& at,
                                     const civil::Calendar& calendar) {
  CandidateReachability result;
  Joined joined(result);
  const OpenState own =
      candidate.hours != nullptr ? candidate.hours->Evaluate(at, candidate.holidays, calendar) : OpenState();
  std::vector<Answered> answered;
  for (const LadderLine& line : candidate.lines) {
    if (!IsCallable(*line.phone)) continue;
    const OpenState state = line.hours != nullptr ? line.hours->Evaluate(at, candidate.holidays, calendar) : own;
    joined.Add(state);
    if (state.is_open()) answered.push_back({&line, state});
    result.lines.push_back(line.phone);
  }
  if (!candidate.service->chat_url().empty()) {
    joined.Add(own);
    result.chat = own.is_open();
  }
  joined.Finish();
  result.has_channel =
      !result.lines.empty() || !candidate.service->chat_url().empty() || !candidate.service->email().empty();
  if (result.state != v1::Reachability::REACHABLE) return result;
  std::stable_sort(answered.begin(), answered.end(), [](const Answered& a, const Answered& b) {
    const auto order = [](const Answered& x) {
      return std::make_tuple(x.line->phone->type() == Phone::TEXT_RELAY, x.line->hours == nullptr,
                             LongestFirst(x.state.until));
    };
    return order(a) < order(b);
  });
  result.lines.clear();
  for (const Answered& each : answered) result.lines.push_back(each.line->phone);
  return result;
}

std::pair<bool, int64_t> LongestFirst(std::optional<absl::Time> until) {
  return {until.has_value(), until ? -absl::ToUnixMillis(*until) : 0};
}

void FillReachability(const CandidateReachability& reachability, v1::ReachStep& step) {
  for (const Phone* phone : reachability.lines) *step.add_phones() = *phone;
  v1::Reachability& out = *step.mutable_reachability();
  out.set_state(reachability.state);
  out.set_on_call(reachability.on_call);
  if (reachability.until) SetTimestamp(*reachability.until, *out.mutable_until());
  if (reachability.next) SetTimestamp(*reachability.next, *out.mutable_next());
}

void SetTimestamp(absl::Time time, google::protobuf::Timestamp& timestamp) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

}  // namespace schutznetz::directory
