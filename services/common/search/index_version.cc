#include "services/common/search/index_version.h"

#include <roaring/roaring.hh>
#include <utility>

#include "services/common/search/completion.h"
#include "services/common/search/index_state.h"
#include "services/common/search/searcher.h"
#include "services/common/search/segment_filter.h"

namespace schutznetz::search {

IndexVersion::IndexVersion(std::unique_ptr<const IndexState> state) : state_(std::move(state)) {}

IndexVersion::~IndexVersion() = default;

absl::StatusOr<Result> IndexVersion::Search(const Query& query) const { return search::Search(*state_, query); }

std::vector<std::string> IndexVersion::Complete(std::string_view prefix, size_t limit) const {
  return CompleteWord(*state_, prefix, limit);
}

Roaring IndexVersion::Select(const std::vector<FacetFilter>& filters) const {
  Query query;
  query.filters = filters;
  std::vector<uint32_t> slots;
  for (const LiveSegment& live : state_->segments) {
    const SegmentFilter filter(live, query);
    for (uint32_t i = 0; i < live.segment->size(); ++i) {
      if (filter.allowed() == nullptr || filter.allowed()->Contains(i)) slots.push_back(live.segment->slots[i]);
    }
  }
  return Roaring(slots.size(), slots.data());
}

bool IndexVersion::Contains(uint32_t slot) const {
  for (const LiveSegment& live : state_->segments) {
    const std::optional<uint32_t> ordinal = live.segment->Find(slot);
    if (ordinal.has_value() && live.IsLive(*ordinal)) return true;
  }
  return false;
}

size_t IndexVersion::size() const { return state_->live(); }
uint64_t IndexVersion::base_number() const { return state_->base_number; }
size_t IndexVersion::segment_count() const { return state_->segments.size(); }

size_t IndexVersion::MemoryBytes() const {
  size_t bytes = state_->lexicon->MemoryBytes();
  for (const LiveSegment& live : state_->segments) {
    bytes += live.segment->MemoryBytes() + (live.deleted == nullptr ? 0 : live.deleted->getSizeInBytes(false));
  }
  return bytes;
}

}  // namespace schutznetz::search
