#include "services/common/search/matcher.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

namespace schutznetz::search {
namespace {

// Below this many candidates per posting of a sparse list, looking each up beats walking the list.
constexpr size_t kProbeRatio = 8;

void Set(WindowBits* bits, uint32_t offset) { (*bits)[offset / 64] |= uint64_t{1} << (offset % 64); }

bool Intersect(WindowBits* bits, std::span<const uint64_t> other) {
  uint64_t any = 0;
  for (size_t i = 0; i < kWindowWords; ++i) any |= (*bits)[i] &= other[i];
  return any != 0;
}

struct ListUse {
  uint32_t list;
  uint32_t weight;
};

// The most frequent lists of all strings with a prefix.
void AddPrefixLists(const Segment& segment, const TermPlan& plan, std::vector<ListUse>* uses) {
  const Dictionary::Range range = segment.dictionary.StartingWith(plan.prefix);
  std::vector<std::pair<uint32_t, ListUse>> found;
  for (uint32_t i = range.begin; i < range.end; ++i) {
    const uint32_t word = segment.word_lists[i], part = segment.part_lists[i];
    if (word != Segment::kNoList) {
      found.push_back({segment.postings.documents(word), {word, plan.prefix_word_weight}});
    }
    if (part != Segment::kNoList) {
      found.push_back({segment.postings.documents(part), {part, plan.prefix_part_weight}});
    }
  }
  const auto rarer = [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second.list < b.second.list;
  };
  if (found.size() > kMaxPrefixLists) {
    std::nth_element(found.begin(), found.begin() + kMaxPrefixLists, found.end(), rarer);
    found.resize(kMaxPrefixLists);
  }
  const std::vector<ListUse> before = *uses;
  for (const auto& [documents, use] : found) {
    const auto same = [&use](const ListUse& other) { return other.list == use.list; };
    if (std::none_of(before.begin(), before.end(), same)) uses->push_back(use);
  }
}

}  // namespace

TermWindows FindWindows(const Segment& segment, const TermPlan& plan) {
  std::vector<ListUse> uses;
  for (const KeyUse& key : plan.keys) {
    const std::optional<uint32_t> string = segment.dictionary.Find(key.key);
    const uint32_t list = string.has_value() ? ListOf(segment, *string, key.kind) : Segment::kNoList;
    if (list == Segment::kNoList) continue;
    // The word's list serves as its stem's where no other word has the stem: the greater weight is enough.
    const auto same = std::find_if(uses.begin(), uses.end(), [list](const ListUse& use) { return use.list == list; });
    if (same == uses.end()) {
      uses.push_back({list, key.weight});
    } else {
      same->weight = std::max(same->weight, key.weight);
    }
  }
  if (!plan.prefix.empty()) AddPrefixLists(segment, plan, &uses);

  TermWindows term;
  std::vector<uint32_t> begins(segment.windows() + 1, 0);
  for (const ListUse& use : uses) {
    term.postings += segment.postings.documents(use.list);
    for (const WindowRef& ref : segment.postings.windows(use.list)) ++begins[ref.window + 1];
  }
  for (size_t i = 1; i < begins.size(); ++i) begins[i] += begins[i - 1];
  term.windows.resize(begins.back());
  for (const ListUse& use : uses) {
    for (const WindowRef& ref : segment.postings.windows(use.list))
      term.windows[begins[ref.window]++] = {ref, use.weight};
  }
  return term;
}

Matcher::Matcher(const Segment& segment, std::vector<TermWindows> terms, const OrdinalBits* allowed)
    : segment_(segment),
      terms_(std::move(terms)),
      allowed_(allowed),
      cursors_(terms_.size(), 0),
      scorer_(segment.postings) {
  std::stable_sort(terms_.begin(), terms_.end(),
                   [](const TermWindows& a, const TermWindows& b) { return a.postings < b.postings; });
}

// The lists of a term in a window. Windows must be asked for in ascending order.
std::span<const WeightedWindow> Matcher::Windows(size_t term, uint32_t window) {
  const std::vector<WeightedWindow>& all = terms_[term].windows;
  size_t& cursor = cursors_[term];
  while (cursor < all.size() && all[cursor].ref.window < window) ++cursor;
  size_t end = cursor;
  while (end < all.size() && all[end].ref.window == window) ++end;
  return std::span(all).subspan(cursor, end - cursor);
}

// Adds the documents of all lists to `bits`; with `within`, at least those that are in there too.
void Matcher::Unite(std::span<const WeightedWindow> windows, const WindowBits* within, WindowBits* bits) const {
  const size_t candidates = within == nullptr ? kWindowSize : CountBits(*within);
  for (const WeightedWindow& weighted : windows) {
    const WindowRef& ref = weighted.ref;
    if (PostingStore::FormOf(ref) != PostingStore::Form::kSparse) {
      for (size_t i = 0; i < kWindowWords; ++i) (*bits)[i] |= segment_.postings.Word(ref, i);
      continue;
    }
    const uint16_t* offsets = segment_.postings.Offsets(ref);
    if (candidates * kProbeRatio < ref.count) {
      ForEachBit(*within, [&](uint32_t offset) {
        if (FindSparse(offsets, ref.count, offset) != ref.count) Set(bits, offset);
      });
    } else {
      for (size_t i = 0; i < ref.count; ++i) Set(bits, offsets[i]);
    }
  }
}

bool Matcher::IntersectAll(uint32_t window, WindowBits* bits) {
  bits->fill(0);
  Unite(Windows(0, window), nullptr, bits);
  if (allowed_ != nullptr && !Intersect(bits, allowed_->window(window))) return false;
  for (size_t term = 1; term < terms_.size(); ++term) {
    const std::span<const WeightedWindow> windows = Windows(term, window);
    if (windows.empty()) return false;
    WindowBits having{};
    Unite(windows, bits, &having);
    if (!Intersect(bits, having)) return false;
  }
  return true;
}

// How many terms each document has, as numbers written across five planes of bits.
void Matcher::CountTerms(uint32_t window, std::array<WindowBits, 5>* planes) {
  for (WindowBits& plane : *planes) plane.fill(0);
  for (size_t term = 0; term < terms_.size(); ++term) {
    const std::span<const WeightedWindow> windows = Windows(term, window);
    if (windows.empty()) continue;
    WindowBits carry{};
    Unite(windows, nullptr, &carry);
    for (WindowBits& plane : *planes) {
      for (size_t i = 0; i < kWindowWords; ++i) {
        const uint64_t both = plane[i] & carry[i];
        plane[i] ^= carry[i];
        carry[i] = both;
      }
    }
  }
}

bool Matcher::AtLeast(uint32_t window, const std::array<WindowBits, 5>& planes, uint32_t required,
                      WindowBits* bits) const {
  for (size_t i = 0; i < kWindowWords; ++i) {
    uint64_t more = 0, equal = ~uint64_t{0};
    for (size_t plane = planes.size(); plane-- > 0;) {
      if ((required >> plane & 1) != 0) {
        equal &= planes[plane][i];
      } else {
        more |= equal & planes[plane][i];
        equal &= ~planes[plane][i];
      }
    }
    (*bits)[i] = more | equal;
  }
  if (allowed_ != nullptr) return Intersect(bits, allowed_->window(window));
  return std::any_of(bits->begin(), bits->end(), [](uint64_t word) { return word != 0; });
}

void Matcher::Match(uint32_t required, absl::FunctionRef<void(uint32_t window, WindowBits*)> visit_bits,
                    absl::FunctionRef<uint32_t(const WindowMatches&)> visit_scores) {
  if (terms_.empty()) return;
  std::fill(cursors_.begin(), cursors_.end(), 0);
  const bool all = required >= terms_.size();
  std::array<WindowBits, 5> planes;
  WindowBits bits;
  uint32_t floor = 0;
  for (uint32_t window = 0; window < segment_.windows(); ++window) {
    if (all) {
      // Where the rarest term is not, nothing is.
      static_cast<void>(Windows(0, window));
      if (cursors_[0] == terms_[0].windows.size()) return;
      window = terms_[0].windows[cursors_[0]].ref.window;
      if (!IntersectAll(window, &bits)) continue;
    } else {
      CountTerms(window, &planes);
      if (!AtLeast(window, planes, required, &bits)) continue;
    }
    visit_bits(window, &bits);
    matches_.window = window;
    scorer_.Start(bits, &matches_);
    if (matches_.count == 0) continue;
    for (size_t term = 0; term < terms_.size(); ++term) scorer_.AddTerm(Windows(term, window));
    scorer_.Finish(floor);
    floor = visit_scores(matches_);
  }
}

uint32_t Matcher::MostTerms() {
  std::fill(cursors_.begin(), cursors_.end(), 0);
  std::array<WindowBits, 5> planes;
  WindowBits bits;
  uint32_t most = 0;
  for (uint32_t window = 0; window < segment_.windows(); ++window) {
    CountTerms(window, &planes);
    while (most < terms_.size() && AtLeast(window, planes, most + 1, &bits)) ++most;
  }
  return most;
}

uint32_t Matcher::Score(uint32_t ordinal) const {
  uint32_t sum = 0;
  for (const TermWindows& term : terms_) {
    uint32_t best = 0;
    for (const WeightedWindow& list : term.windows) {
      if (list.ref.window != ordinal >> kWindowBits) continue;
      best = std::max(best, ScoreOf(segment_.postings, list, ordinal % kWindowSize));
    }
    sum += best;
  }
  return sum;
}

}  // namespace schutznetz::search
