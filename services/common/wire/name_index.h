// A small immutable table from names to numbers, made for names of up to sixteen bytes, which are compared without a
// call.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace schutznetz::wire {

// Names are views: their owner must outlive the index. The first value of a name wins.
class NameIndex {
 public:
  // Makes room for `count` names; called once, before Add.
  void Reserve(size_t count) { slots_.resize(std::bit_ceil(count * 2 + 1)); }

  void Add(std::string_view name, int32_t value) {
    const Key key(name);
    Slot& slot = slots_[Place(key, name)];
    if (!slot.used) slot = {key, name, value, true};
  }

  // The value of a name, or null.
  const int32_t* Find(std::string_view name) const {
    if (slots_.empty()) return nullptr;
    const Key key(name);
    const Slot& slot = slots_[Place(key, name)];
    return slot.used ? &slot.value : nullptr;
  }

 private:
  // Size, first and last bytes: all of a name of up to sixteen.
  struct Key {
    uint64_t head = 0;
    uint64_t tail = 0;
    size_t size = 0;

    Key() = default;
    explicit Key(std::string_view name) : size(name.size()) {
      const char* const at = name.data();
      if (size >= 8) {
        std::memcpy(&head, at, 8);
        std::memcpy(&tail, at + size - 8, 8);
      } else if (size >= 4) {
        std::memcpy(&head, at, 4);
        std::memcpy(&tail, at + size - 4, 4);
      } else if (size > 0) {
        head = static_cast<uint8_t>(at[0]) | static_cast<uint64_t>(static_cast<uint8_t>(at[size / 2])) << 8 |
               static_cast<uint64_t>(static_cast<uint8_t>(at[size - 1])) << 16;
      }
    }
    bool operator==(const Key&) const = default;
    uint64_t Hash() const {
      const uint64_t hash = (head ^ std::rotl(tail, 29) ^ size) * 0x9E3779B97F4A7C15u;
      return hash ^ hash >> 32;
    }
  };
  struct Slot {
    Key key;
    std::string_view name;
    int32_t value = 0;
    bool used = false;
  };

  // Where the name is, or the free place where it would be.
  size_t Place(const Key& key, std::string_view name) const {
    const size_t mask = slots_.size() - 1;
    size_t place = key.Hash() & mask;
    while (slots_[place].used && !(slots_[place].key == key && (key.size <= 16 || slots_[place].name == name))) {
      place = (place + 1) & mask;
    }
    return place;
  }

  std::vector<Slot> slots_;  // open addressing, at most half full
};

}  // namespace schutznetz::wire
