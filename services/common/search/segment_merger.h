#pragma once

#include <memory>
#include <roaring/roaring.hh>
#include <span>

#include "services/common/search/derivations.h"
#include "services/common/search/segment.h"

namespace schutznetz::search {

// A segment of an index version, and its ordinals that no longer count. Null: all count.
struct LiveSegment {
  std::shared_ptr<const Segment> segment;
  std::shared_ptr<const Roaring> deleted;

  bool IsLive(uint32_t ordinal) const { return deleted == nullptr || !deleted->contains(ordinal); }
  uint32_t live() const {
    return segment->size() - (deleted == nullptr ? 0 : static_cast<uint32_t>(deleted->cardinality()));
  }
};

// One segment of all live documents of several; no slot may be live in two. Words that only deleted documents had are
// gone. Words are derived with the given derivations.
std::shared_ptr<const Segment> MergeSegments(std::span<const LiveSegment> sources, Derivations* derivations);

// The same with a lexicon learned from the merged words: a new base.
struct Merged {
  std::shared_ptr<const Segment> segment;
  std::shared_ptr<const Lexicon> lexicon;
};
Merged MergeAndLearn(std::span<const LiveSegment> sources);

}  // namespace schutznetz::search
