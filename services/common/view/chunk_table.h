// A table of objects by slot number whose copies share almost everything, with the same stamps as CowSortedSet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "services/common/view/cow_sorted_set.h"

namespace schutznetz::view {

// Asks memory for the line at `address`. The empty statement keeps GCC from dropping functions that do nothing else.
inline void Prefetch(const void* address) {
  __builtin_prefetch(address);
  asm volatile("");
}

// Thread compatible: const methods from any thread, changes by one.
template <typename T>
class ChunkTable {
 public:
  // Null for a slot that was never set.
  const T* Get(uint32_t slot) const {
    const size_t chunk = slot / kChunk;
    return chunk < chunks_.size() && chunks_[chunk] ? chunks_[chunk]->slots[slot % kChunk].get() : nullptr;
  }
  // Asks memory for what Get looks at.
  void PrefetchSlot(uint32_t slot) const {
    const size_t chunk = slot / kChunk;
    if (chunk < chunks_.size() && chunks_[chunk]) Prefetch(&chunks_[chunk]->slots[slot % kChunk]);
  }
  std::shared_ptr<const T> Share(uint32_t slot) const {
    const size_t chunk = slot / kChunk;
    return chunk < chunks_.size() && chunks_[chunk] ? chunks_[chunk]->slots[slot % kChunk] : nullptr;
  }

  void Set(WriterStamp stamp, uint32_t slot, std::shared_ptr<const T> object) {
    const size_t at = slot / kChunk;
    if (at >= chunks_.size()) chunks_.resize(at + 1);
    std::shared_ptr<Chunk>& chunk = chunks_[at];
    if (!chunk) {
      chunk = std::make_shared<Chunk>();
      chunk->stamp = stamp;
    } else if (chunk->stamp != stamp) {
      chunk = std::make_shared<Chunk>(*chunk);
      chunk->stamp = stamp;
    }
    chunk->slots[slot % kChunk] = std::move(object);
  }

  // Visits every object in the order of the slots.
  template <typename Visit>
  void VisitAll(Visit&& visit) const {
    for (size_t at = 0; at < chunks_.size(); ++at) {
      if (!chunks_[at]) continue;
      for (size_t i = 0; i < kChunk; ++i) {
        if (const auto& object = chunks_[at]->slots[i]) visit(static_cast<uint32_t>(at * kChunk + i), *object);
      }
    }
  }

 private:
  static constexpr size_t kChunk = 256;

  struct Chunk {
    WriterStamp stamp = 0;
    std::array<std::shared_ptr<const T>, kChunk> slots;
  };

  std::vector<std::shared_ptr<Chunk>> chunks_;
};

}  // namespace schutznetz::view
