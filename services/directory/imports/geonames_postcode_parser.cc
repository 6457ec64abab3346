#include "services/directory/imports/geonames_postcode_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "services/directory/places/land_codes.h"

namespace schutznetz::directory {
namespace {

enum Column : size_t {
  kCountry,
  kPostcode,
  kPlace,
  kLand,
  kLandCode,
  kRegion,
  kRegionKey,
  kKreis,
  kKreisKey,
  kLatitude,
  kLongitude,
  kAccuracy
};
constexpr size_t kColumns = 12;
constexpr size_t kPlaceBytesMax = 200;

// Cuts the line; absent if the number of columns is wrong.
std::optional<std::array<std::string_view, kColumns>> Cut(std::string_view line) {
  std::array<std::string_view, kColumns> columns;
  for (size_t i = 0; i < kColumns; ++i) {
    const size_t end = line.find('\t');
    if ((end == std::string_view::npos) != (i + 1 == kColumns)) return std::nullopt;
    columns[i] = line.substr(0, end);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  return columns;
}

bool IsDigits(std::string_view text, size_t count) {
  return text.size() == count && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A plain decimal number between the bounds.
std::optional<double> Degrees(std::string_view text, double low, double high) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= low && value <= high)) return std::nullopt;
  return value;
}

}  // namespace

void GeonamesPostcodeParser::ReadLine(std::string_view line) {
  const auto columns = Cut(line);
  if (!columns) return Refuse("", "a record has exactly 12 columns between tabs");
  const auto& c = *columns;
  if (c[kCountry] != "DE") return Refuse("country", "must be DE");
  if (!IsDigits(c[kPostcode], 5)) return Refuse("postcode", "must be five digits");
  if (c[kPlace].empty() || c[kPlace].size() > kPlaceBytesMax) return Refuse("place", "must have 1 to 200 bytes");
  if (!IsDigits(c[kKreisKey], 5)) return Refuse("admin code 3", "must be the five digits of a Kreis key");
  if (IsoCodeOfLand(c[kKreisKey].substr(0, 2)).empty()) {
    return Refuse("admin code 3", "begins with no key of a Land (01 to 16)");
  }
  // The mainland with its islands, rounded outwards.
  const std::optional<double> latitude = Degrees(c[kLatitude], 47.2, 55.1),
                              longitude = Degrees(c[kLongitude], 5.8, 15.1);
  if (!latitude) return Refuse("latitude", "must be degrees from 47.2 to 55.1");
  if (!longitude) return Refuse("longitude", "must be degrees from 5.8 to 15.1");

  v1::Postcode postcode;
  postcode.set_code(c[kPostcode].data(), c[kPostcode].size());
  v1::Postcode::Part& part = *postcode.add_parts();
  part.set_area_key(c[kKreisKey].data(), c[kKreisKey].size());
  part.set_place_name(c[kPlace].data(), c[kPlace].size());
  part.mutable_point()->set_latitude(*latitude);
  part.mutable_point()->set_longitude(*longitude);
  CountRecord();
  sink().OnPostcode(postcode);
}

}  // namespace schutznetz::directory
