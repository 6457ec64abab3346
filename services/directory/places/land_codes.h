// The 16 Länder: their keys (first two digits of every official municipality key) and their codes of ISO 3166-2.
#pragma once

#include <array>
#include <string_view>

namespace schutznetz::directory {

// Index 0 is the Land with the key "01".
inline constexpr std::array<std::string_view, 16> kLandIsoCodes = {"DE-SH", "DE-HH", "DE-NI", "DE-HB", "DE-NW", "DE-HE",
                                                                   "DE-RP", "DE-BW", "DE-BY", "DE-SL", "DE-BE", "DE-BB",
                                                                   "DE-MV", "DE-SN", "DE-ST", "DE-TH"};

// "DE-NW" for "05" and for every longer key that begins so; empty for anything else.
constexpr std::string_view IsoCodeOfLand(std::string_view key) {
  if (key.size() < 2 || key[0] < '0' || key[0] > '1' || key[1] < '0' || key[1] > '9') return {};
  const int number = (key[0] - '0') * 10 + (key[1] - '0');
  return number >= 1 && number <= 16 ? kLandIsoCodes[number - 1] : std::string_view();
}

}  // namespace schutznetz::directory
