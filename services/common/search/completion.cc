#include "services/common/search/completion.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "services/common/search/query_plan.h"
#include "services/common/search/word_folding.h"

namespace schutznetz::search {
namespace {

constexpr size_t kMaxCompletions = 50;
constexpr uint32_t kMaxRange = 1 << 16;  // words looked at in one segment; more begin alike only for one letter

struct Completion {
  uint64_t documents = 0;
  std::string_view surface;
};

}  // namespace

std::vector<std::string> CompleteWord(const IndexState& state, std::string_view prefix, size_t limit) {
  limit = std::min(limit, kMaxCompletions);
  const std::string folded = Fold(prefix.substr(0, kMaxWordBytes));
  std::map<std::string_view, Completion> found;
  if (folded.empty()) return {};
  for (const LiveSegment& live : state.segments) {
    const Segment& segment = *live.segment;
    const Dictionary::Range range = segment.dictionary.StartingWith(folded);
    for (uint32_t i = range.begin; i < std::min(range.end, range.begin + kMaxRange); ++i) {
      const uint32_t list = segment.word_lists[i];
      if (list == Segment::kNoList || segment.surface(list).empty()) continue;
      Completion& completion = found[segment.dictionary.at(i)];
      completion.documents += segment.postings.documents(list);
      if (completion.surface.empty()) completion.surface = segment.surface(list);
    }
  }
  std::vector<std::pair<std::string_view, Completion>> order(found.begin(), found.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second.documents > b.second.documents; });
  std::vector<std::string> result;
  for (const auto& [word, completion] : order) {
    if (result.size() == limit) break;
    const bool live = std::any_of(state.segments.begin(), state.segments.end(), [&word = word](const LiveSegment& at) {
      const std::optional<uint32_t> string = at.segment->dictionary.Find(word);
      return string.has_value() && at.segment->word_lists[*string] != Segment::kNoList &&
             HasLiveDocument(at, at.segment->word_lists[*string]);
    });
    if (live) result.emplace_back(completion.surface);
  }
  return result;
}

}  // namespace schutznetz::search
