#include "services/directory/imports/gv100ad_parser.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "absl/time/civil_time.h"
#include "services/directory/imports/utf8.h"
#include "services/directory/places/land_codes.h"

namespace schutznetz::directory {
namespace {

// Every record has this many characters (description of the data set GV100AD, 2023).
constexpr size_t kLineCharacters = 220;

// Columns from 0, [begin, end).
struct Field {
  std::string_view name;
  size_t begin, end;
};
constexpr Field kRecordType{"record type", 0, 2};
constexpr Field kDate{"date", 2, 10};
constexpr Field kKey{"key", 10, 18};
constexpr Field kName{"name", 22, 72};
constexpr Field kPopulation{"population", 139, 150};

struct RecordType {
  std::string_view code;
  v1::Area::Kind kind;  // KIND_UNSPECIFIED: ignored.
  size_t key_digits;
};
constexpr std::array<RecordType, 6> kRecordTypes = {{{"10", v1::Area::LAND, 2},
                                                     {"20", v1::Area::REGION, 3},
                                                     {"30", v1::Area::KIND_UNSPECIFIED, 0},
                                                     {"40", v1::Area::KREIS, 5},
                                                     {"50", v1::Area::KIND_UNSPECIFIED, 0},
                                                     {"60", v1::Area::GEMEINDE, 8}}};

bool IsDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view TrimRight(std::string_view text) { return text.substr(0, text.find_last_not_of(' ') + 1); }

// A line cut into columns by characters.
class Columns {
 public:
  explicit Columns(std::string_view line) : line_(line), starts_(CharacterStarts(line)) {}
  size_t count() const { return starts_.size() - 1; }
  std::string_view operator[](const Field& field) const {
    return line_.substr(starts_[field.begin], starts_[field.end] - starts_[field.begin]);
  }

 private:
  std::string_view line_;
  std::vector<size_t> starts_;
};

// "20231130" as "2023-11-30"; empty if it is no date.
std::string IsoDate(std::string_view text) {
  if (!IsDigits(text)) return "";
  const std::string iso =
      std::string(text.substr(0, 4)) + "-" + std::string(text.substr(4, 2)) + "-" + std::string(text.substr(6));
  const absl::CivilDay day(std::stoi(iso.substr(0, 4)), std::stoi(iso.substr(5, 2)), std::stoi(iso.substr(8)));
  return absl::FormatCivilTime(day) == iso ? iso : "";
}

// The next larger area by the key alone. A Kreis whose third digit is 0 lies in no Regierungsbezirk.
std::string_view ParentKey(std::string_view key) {
  switch (key.size()) {
    case 8:
      return key.substr(0, 5);
    case 5:
      return key.substr(0, key[2] == '0' ? 2 : 3);
    case 3:
      return key.substr(0, 2);
    default:
      return "00";
  }
}

v1::Area MakeArea(v1::Area::Kind kind, std::string_view key, std::string_view name) {
  v1::Area area;
  area.set_name("areas/" + std::string(key));
  area.set_key(key.data(), key.size());
  area.set_kind(kind);
  area.set_display_name(name.data(), name.size());
  area.set_land("lands/" + std::string(IsoCodeOfLand(key.substr(0, 2))));
  area.set_parent("areas/" + std::string(ParentKey(key)));
  return area;
}

}  // namespace

void Gv100adParser::ReadLine(std::string_view line) {
  const Columns columns(line);
  if (columns.count() != kLineCharacters) return Refuse("", "a record has exactly 220 characters");
  const auto type = std::find_if(kRecordTypes.begin(), kRecordTypes.end(),
                                 [&](const RecordType& known) { return known.code == columns[kRecordType]; });
  if (type == kRecordTypes.end()) return Refuse(kRecordType.name, "must be one of 10, 20, 30, 40, 50, 60");
  const std::string date = IsoDate(columns[kDate]);
  if (date.empty()) return Refuse(kDate.name, "must be a date as YYYYMMDD");
  if (type->kind == v1::Area::KIND_UNSPECIFIED) return;

  const std::string_view key = TrimRight(columns[kKey]);
  if (key.size() != type->key_digits || !IsDigits(key))
    return Refuse(kKey.name, "has not the digits of this record type");
  if (IsoCodeOfLand(key.substr(0, 2)).empty()) return Refuse(kKey.name, "begins with no key of a Land (01 to 16)");
  const std::string_view name = TrimRight(columns[kName]);
  if (name.empty() || name.front() == ' ') return Refuse(kName.name, "must begin in column 23");
  v1::Area area = MakeArea(type->kind, key, name);
  if (type->kind == v1::Area::GEMEINDE) {
    const std::string_view population = columns[kPopulation];
    if (!IsDigits(population) || population > "00099999999")
      return Refuse(kPopulation.name, "must be 11 digits, below 100 million");
    area.set_population(std::stoi(std::string(population)));
  }
  CountRecord();
  sink().OnArea(area, date);
}

}  // namespace schutznetz::directory
