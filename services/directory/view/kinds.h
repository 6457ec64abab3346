// The kinds of records that the view holds, in the order in which they are made from each other: parents before
// children, networks before the services that name them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace schutznetz::directory {

enum class Kind : uint8_t { kOrganization, kNetwork, kLocation, kService, kServiceAtLocation };

inline constexpr size_t kKindCount = 5;
inline constexpr std::array<Kind, kKindCount> kAllKinds = {Kind::kOrganization, Kind::kNetwork, Kind::kLocation,
                                                           Kind::kService, Kind::kServiceAtLocation};

constexpr size_t IndexOf(Kind kind) { return static_cast<size_t>(kind); }

// As in change rows and records: "serviceAtLocation".
constexpr std::string_view NameOf(Kind kind) {
  constexpr std::array<std::string_view, kKindCount> kNames = {"organization", "network", "location", "service",
                                                               "serviceAtLocation"};
  return kNames[IndexOf(kind)];
}

// Nothing for kinds that are no records of the view ("area").
constexpr std::optional<Kind> KindNamed(std::string_view name) {
  for (Kind kind : kAllKinds) {
    if (NameOf(kind) == name) return kind;
  }
  return std::nullopt;
}

// The number of a record inside the view. Given at first sight, never reused while the process lives.
using Slot = uint32_t;
inline constexpr Slot kNoSlot = 0xffffffff;

// A Land by its number in the official key, 1 to 16; 0: none (nationwide, or not known).
using LandNumber = uint8_t;
inline constexpr size_t kLandCount = 16;

}  // namespace schutznetz::directory
