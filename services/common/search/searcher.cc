#include "services/common/search/searcher.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/common/geo/nearest_heap.h"
#include "services/common/geo/point.h"
#include "services/common/search/matcher.h"
#include "services/common/search/query_plan.h"
#include "services/common/search/segment_filter.h"
#include "services/common/search/top_hits.h"

namespace schutznetz::search {
namespace {

// Documents without a point come behind the farthest.
constexpr double kNoPlace = geo::kWholeEarth + 1;

uint64_t RankOfScore(uint32_t score) { return std::numeric_limits<uint32_t>::max() - score; }
uint32_t ScoreOfRank(uint64_t rank) {
  return static_cast<uint32_t>(std::numeric_limits<uint32_t>::max() - std::min<uint64_t>(rank, UINT32_MAX));
}
uint64_t RankOfDistance(double squared_chord) { return std::bit_cast<uint64_t>(squared_chord); }  // not negative

absl::Status Check(const Query& query) {
  if (query.limit > kMaxPageSize) {
    return absl::InvalidArgumentError(absl::StrCat("a page has at most ", kMaxPageSize, " hits"));
  }
  if (query.order == Order::kDistance && !query.near.has_value()) {
    return absl::InvalidArgumentError("an order by distance needs a point");
  }
  if (query.near.has_value() && !geo::IsValid(query.near->centre)) {
    return absl::InvalidArgumentError("the point is not a place on earth");
  }
  return absl::OkStatus();
}

// A document of the answer before it becomes a hit.
struct Found {
  size_t segment = 0;
  RankedDocument document;
};

class Searcher {
 public:
  Searcher(const IndexState& state, const Query& query, std::vector<TermPlan> terms)
      : state_(state), query_(query), terms_(std::move(terms)), after_(query.after) {
    if (query.near.has_value()) centre_ = geo::ToUnitVector(query.near->centre);
  }

  Result Run() {
    PrepareSegments();
    result_.base = state_.base_number;
    result_.terms = static_cast<uint32_t>(terms_.size());
    if (terms_.empty()) {
      for (size_t i = 0; i < state_.segments.size(); ++i) AddAll(i);
    } else {
      SearchText();
    }
    FillHits();
    FillFacets();
    return std::move(result_);
  }

 private:
  const Segment& segment(size_t i) const { return *state_.segments[i].segment; }

  void PrepareSegments() {
    filters_.reserve(state_.segments.size());  // matchers point into them
    for (const LiveSegment& live : state_.segments) {
      filters_.emplace_back(live, query_);
      if (terms_.empty()) continue;
      std::vector<TermWindows> windows;
      windows.reserve(terms_.size());
      for (const TermPlan& term : terms_) windows.push_back(FindWindows(*live.segment, term));
      // Where facets are counted, what they filter out is needed as well.
      const OrdinalBits* allowed = query_.facets.empty() ? filters_.back().allowed() : filters_.back().fixed();
      matchers_.push_back(std::make_unique<Matcher>(*live.segment, std::move(windows), allowed));
    }
    if (after_.has_value() && after_->base != state_.base_number && query_.order == Order::kRelevance) Rescore();
  }

  // A page token from before the base was rebuilt: the last hit has another score now. If it is still there, the page
  // goes on behind its new place.
  void Rescore() {
    for (size_t i = 0; i < matchers_.size(); ++i) {
      const std::vector<uint64_t>& keys = segment(i).keys;
      for (auto found = keys.begin(); (found = std::find(found, keys.end(), after_->key)) != keys.end(); ++found) {
        const auto ordinal = static_cast<uint32_t>(found - keys.begin());
        if (state_.segments[i].IsLive(ordinal)) after_->rank = RankOfScore(matchers_[i]->Score(ordinal));
      }
    }
  }

  void SearchText() {
    const uint32_t all = static_cast<uint32_t>(terms_.size());
    result_.required = after_.has_value() ? std::clamp(after_->required, 1U, all) : all;
    for (size_t i = 0; i < matchers_.size(); ++i) MatchText(i);
    if (result_.total > 0 || after_.has_value() || all == 1) return;
    uint32_t most = 0;
    for (const std::unique_ptr<Matcher>& matcher : matchers_) most = std::max(most, matcher->MostTerms());
    if (most == 0) return;
    result_.required = most;
    totals_.clear();
    for (size_t i = 0; i < matchers_.size(); ++i) MatchText(i);
  }

  void MatchText(size_t i) {
    TopHits top = MakeTop(i);
    const OrdinalBits* allowed = query_.facets.empty() ? nullptr : filters_[i].allowed();
    std::optional<OrdinalBits> found;
    if (!query_.facets.empty()) found.emplace(segment(i).size());
    const auto visit_bits = [&](uint32_t window, WindowBits* bits) {
      if (found.has_value()) std::copy(bits->begin(), bits->end(), found->window(window).begin());
      if (allowed != nullptr) {
        const std::span<const uint64_t> words = allowed->window(window);
        for (size_t w = 0; w < kWindowWords; ++w) (*bits)[w] &= words[w];
      }
      result_.total += CountBits(*bits);
    };
    const auto visit_scores = [&](const WindowMatches& matches) { return PushWindow(i, matches, &top); };
    matchers_[i]->Match(result_.required, visit_bits, visit_scores);
    Keep(i, &top);
    if (found.has_value()) CountFacets(state_.segments[i], query_, filters_[i], &*found, &totals_);
  }

  // Returns the least score that still gets in.
  uint32_t PushWindow(size_t i, const WindowMatches& matches, TopHits* top) const {
    const std::vector<uint64_t>& keys = segment(i).keys;
    const uint32_t base = matches.window << kWindowBits;
    for (size_t m = 0; m < matches.count; ++m) {
      const uint32_t ordinal = base + matches.offsets[m];
      const uint64_t rank = Rank(i, ordinal, matches.scores[m]);
      if (top->MayEnter(rank)) top->Push({rank, keys[ordinal], ordinal, matches.scores[m]});
    }
    return query_.order == Order::kRelevance ? ScoreOfRank(top->last_rank()) : 0;
  }

  // All documents that the filters admit.
  void AddAll(size_t i) {
    const OrdinalBits* allowed = filters_[i].allowed();
    result_.total += allowed == nullptr ? segment(i).size() : allowed->Count();
    CountFacets(state_.segments[i], query_, filters_[i], nullptr, &totals_);
    if (query_.order == Order::kDistance && AddNearest(i, allowed)) return;
    TopHits top = MakeTop(i);
    const std::vector<uint64_t>& keys = segment(i).keys;
    for (uint32_t ordinal = 0; ordinal < segment(i).size(); ++ordinal) {
      if (allowed != nullptr && !allowed->Contains(ordinal)) continue;
      const uint64_t rank = Rank(i, ordinal, 0);
      if (top.MayEnter(rank)) top.Push({rank, keys[ordinal], ordinal, 0});
    }
    Keep(i, &top);
  }

  // The nearest ones from the tree of points. False: there are too few to leave out those without a point.
  bool AddNearest(size_t i, const OrdinalBits* allowed) {
    const size_t wanted = query_.limit + 1;
    const double bound = NearestBound(wanted);
    geo::NearestHeap heap(wanted, std::min(bound, geo::kWholeEarth));
    if (after_.has_value()) heap.StartAfter(std::bit_cast<double>(after_->rank), after_->key);
    const auto leaf_mask = [allowed](uint32_t leaf) -> uint32_t {
      return allowed == nullptr ? 0xFFFFU : allowed->words()[leaf / 4] >> (leaf % 4 * 16) & 0xFFFFU;
    };
    const auto accept = [](uint32_t /*ordinal*/) { return true; };
    const auto key = [this, i](uint32_t ordinal) { return segment(i).keys[ordinal]; };
    segment(i).points.Nearest(centre_, leaf_mask, accept, key, &heap);
    const std::vector<geo::Candidate> nearest = heap.TakeSorted();
    const bool enough = nearest.size() == wanted || bound < kNoPlace;  // others are nearer than no place
    if (!enough && segment(i).points.size() < segment(i).size()) return false;
    for (const geo::Candidate& candidate : nearest) {
      found_.push_back({i, {RankOfDistance(candidate.squared_chord), candidate.tie, candidate.id, 0}});
    }
    return true;
  }

  // Nothing farther than this can get among the wanted ones any more.
  double NearestBound(size_t wanted) const {
    if (found_.size() < wanted) return kNoPlace;
    std::vector<uint64_t> ranks;
    for (const Found& found : found_) ranks.push_back(found.document.rank);
    const auto last = ranks.begin() + static_cast<std::ptrdiff_t>(wanted - 1);
    std::nth_element(ranks.begin(), last, ranks.end());
    return std::bit_cast<double>(*last);
  }

  uint64_t Rank(size_t i, uint32_t ordinal, uint32_t score) const {
    switch (query_.order) {
      case Order::kRelevance:
        return RankOfScore(score);
      case Order::kName:
        return segment(i).name_ranks[ordinal];
      case Order::kDistance:
        break;
    }
    const geo::PointTree& points = segment(i).points;
    return RankOfDistance(ordinal < points.size() ? geo::SquaredChord(centre_, points.point(ordinal)) : kNoPlace);
  }

  // One hit more than wanted shows whether there is a next page.
  TopHits MakeTop(size_t i) const {
    std::optional<std::pair<uint64_t, uint64_t>> after;
    if (after_.has_value() && query_.order != Order::kName) after.emplace(after_->rank, after_->key);
    if (after_.has_value() && query_.order == Order::kName) {
      // Ranks of names are numbers of this segment: find where the cursor's name belongs.
      const Dictionary& names = segment(i).names;
      const uint32_t rank = names.LowerBound(after_->name);
      if (rank < names.size() && names.at(rank) == after_->name) {
        after.emplace(rank, after_->key);
      } else if (rank > 0) {
        after.emplace(rank - 1, std::numeric_limits<uint64_t>::max());
      }
    }
    return TopHits(query_.limit == 0 ? 0 : query_.limit + 1, after);
  }

  void Keep(size_t i, TopHits* top) {
    for (const RankedDocument& document : top->Take()) found_.push_back({i, document});
  }

  std::string_view NameOf(const Found& found) const {
    return segment(found.segment).names.at(segment(found.segment).name_ranks[found.document.ordinal]);
  }

  void SortFound() {
    std::sort(found_.begin(), found_.end(), [this](const Found& a, const Found& b) {
      if (query_.order != Order::kName) return a.document.Before(b.document);
      return std::pair(NameOf(a), a.document.key) < std::pair(NameOf(b), b.document.key);
    });
  }

  void FillHits() {
    SortFound();
    const bool more = found_.size() > query_.limit;
    if (more) found_.resize(query_.limit);
    for (const Found& found : found_) {
      const Segment& from = segment(found.segment);
      Hit hit{from.slots[found.document.ordinal], found.document.key, found.document.score, -1};
      if (query_.near.has_value() && found.document.ordinal < from.points.size()) {
        hit.distance_m =
            geo::SquaredChordToMetres(geo::SquaredChord(centre_, from.points.point(found.document.ordinal)));
      }
      result_.hits.push_back(hit);
    }
    if (!more || found_.empty()) return;
    const Found& last = found_.back();
    result_.next = Cursor{last.document.rank, last.document.key, {}, result_.required, state_.base_number};
    if (query_.order == Order::kName) {
      result_.next->rank = 0;
      result_.next->name = NameOf(last);
    }
  }

  // Sums what the segments have of each value.
  void FillFacets() {
    std::sort(totals_.begin(), totals_.end(), [](const FacetTotal& a, const FacetTotal& b) {
      return std::tie(a.facet, a.value) < std::tie(b.facet, b.value);
    });
    for (FacetId facet : query_.facets) {
      std::vector<FacetTotal> values;
      for (const FacetTotal& total : totals_) {
        if (total.facet != facet) continue;
        if (!values.empty() && values.back().value == total.value) {
          values.back().count += total.count;
        } else {
          values.push_back(total);
        }
      }
      const size_t kept = std::min(values.size(), query_.facet_values);
      std::partial_sort(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(kept), values.end(),
                        [](const FacetTotal& a, const FacetTotal& b) {
                          return a.count != b.count ? a.count > b.count : a.value < b.value;
                        });
      FacetCounts counts{facet, {}};
      for (size_t i = 0; i < kept; ++i) counts.values.push_back({std::string(values[i].value), values[i].count});
      result_.facets.push_back(std::move(counts));
    }
  }

  const IndexState& state_;
  const Query& query_;
  std::vector<TermPlan> terms_;
  std::optional<Cursor> after_;
  geo::UnitVector centre_;
  std::vector<SegmentFilter> filters_;              // by segment
  std::vector<std::unique_ptr<Matcher>> matchers_;  // by segment, with text only
  std::vector<Found> found_;
  std::vector<FacetTotal> totals_;
  Result result_;
};

}  // namespace

absl::StatusOr<Result> Search(const IndexState& state, const Query& query) {
  if (absl::Status status = Check(query); !status.ok()) return status;
  absl::StatusOr<std::vector<TermPlan>> terms = PlanQuery(state, query.text, query.last_term_is_prefix);
  if (!terms.ok()) return terms.status();
  return Searcher(state, query, *std::move(terms)).Run();
}

}  // namespace schutznetz::search
