#include "services/common/time/week_pattern.h"

#include <algorithm>

namespace schutznetz::civil {
namespace {

// The smallest type of the hours that cover the minute, 0 if none does.
uint8_t TypeAt(const std::vector<WeekPattern::Hours>& hours, int minute) {
  uint8_t type = 0;
  for (const WeekPattern::Hours& each : hours) {
    const int since = (minute - each.begin + WeekPattern::kMinutes) % WeekPattern::kMinutes;
    if (since < each.length && (type == 0 || each.type < type)) type = each.type;
  }
  return type;
}

}  // namespace

WeekPattern::WeekPattern(const std::vector<Hours>& hours) {
  std::vector<int> edges = {0};
  for (const Hours& each : hours) {
    edges.push_back(each.begin);
    edges.push_back((each.begin + each.length) % kMinutes);
  }
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  for (const int edge : edges) {
    const uint8_t type = TypeAt(hours, edge);
    if (stretches_.empty() || stretches_.back().type != type) stretches_.push_back({static_cast<uint16_t>(edge), type});
  }
}

WeekPattern::Answer WeekPattern::At(int minute_of_week) const {
  const auto after = std::upper_bound(stretches_.begin(), stretches_.end(), minute_of_week,
                                      [](int minute, const Stretch& stretch) { return minute < stretch.begin; });
  const size_t at = static_cast<size_t>(after - stretches_.begin()) - 1, count = stretches_.size();
  Answer answer{stretches_[at].type, kForEver, kForEver, stretches_[at].type};
  for (size_t step = 1; step <= count; ++step) {
    const Stretch& next = stretches_[(at + step) % count];
    const int distance = next.begin - minute_of_week + (at + step >= count ? kMinutes : 0);
    if (next.type != answer.type && answer.same_for == kForEver) answer.same_for = distance;
    if ((next.type == 0) == (answer.type == 0)) continue;
    answer.open_or_closed_for = distance;
    answer.next_type = next.type;
    break;
  }
  return answer;
}

}  // namespace schutznetz::civil
