#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "services/common/search/lexicon.h"
#include "services/common/search/segment.h"
#include "services/common/search/segment_merger.h"

namespace schutznetz::search {

// What a version consists of. Never changed once a version holds it.
struct IndexState {
  // The base first, then the middle, then the delta's small ones, newest last. No slot is live in two.
  std::vector<LiveSegment> segments;
  size_t middles = 0;        // segments between the base and the delta: 0 or 1
  bool has_base = false;     // segments[0] is one
  uint64_t base_number = 0;  // counts rebuilt bases; scores mean something inside one number only
  std::shared_ptr<const Lexicon> lexicon;

  const Segment* base() const { return has_base ? segments[0].segment.get() : nullptr; }
  size_t live() const {
    size_t count = 0;
    for (const LiveSegment& segment : segments) count += segment.live();
    return count;
  }
};

}  // namespace schutznetz::search
