// Levels of visibility as sets, and what a record inherits from its parents.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "schutznetz/common/v1/field_options.pb.h"

namespace schutznetz::wire {

using Visibility = common::v1::Visibility;

// The levels a caller may see. A set, not a ladder: a member of network A sees RESTRICTED but not network B's NETWORK.
// By default only PUBLIC. A plain value, cheap to copy.
class LevelSet {
 public:
  constexpr LevelSet() = default;
  constexpr LevelSet(std::initializer_list<Visibility> levels) : bits_(0) {
    for (Visibility level : levels) bits_ |= Bit(level);
  }
  static constexpr LevelSet All() {
    return {Visibility::PUBLIC, Visibility::RESTRICTED, Visibility::NETWORK, Visibility::PROTECTED};
  }

  constexpr bool Has(Visibility level) const { return (bits_ & Bit(level)) != 0; }
  friend constexpr bool operator==(LevelSet a, LevelSet b) { return a.bits_ == b.bits_; }

 private:
  static constexpr uint8_t Bit(Visibility level) { return static_cast<uint8_t>(1u << static_cast<unsigned>(level)); }
  uint8_t bits_ = 1u << common::v1::PUBLIC;
};

// What a record inherits from its parents: its fields are never more visible than this.
struct Floors {
  Visibility record = common::v1::PUBLIC;   // for every field
  Visibility address = common::v1::PUBLIC;  // for fields whose part is ADDRESS
};

// The stricter of two levels.
constexpr Visibility Stricter(Visibility a, Visibility b) { return a < b ? b : a; }

// The level a protection field with this number stands for: unspecified is PUBLIC, an unknown number is PROTECTED.
constexpr Visibility ProtectionLevel(uint64_t number) {
  if (number == common::v1::VISIBILITY_UNSPECIFIED) return common::v1::PUBLIC;
  return number > common::v1::PROTECTED ? common::v1::PROTECTED : static_cast<Visibility>(number);
}

}  // namespace schutznetz::wire
