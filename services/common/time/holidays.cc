#include "services/common/time/holidays.h"

#include <algorithm>
#include <array>
#include <limits>

namespace schutznetz::civil {
namespace {

constexpr int32_t kFirstTableDay = absl::CivilDay(Holidays::kFirstYear, 1, 1) - absl::CivilDay(1970, 1, 1);
constexpr int kForEver = std::numeric_limits<int>::max();

// Bit n is the Land with the key n; bit 0 stands for "no Land known".
constexpr uint32_t Lands() { return 0; }
template <typename... Rest>
constexpr uint32_t Lands(int land, Rest... rest) {
  return (1u << land) | Lands(rest...);
}
constexpr int SH = 1, HH = 2, NI = 3, HB = 4, NW = 5, HE = 6, RP = 7, BW = 8, BY = 9, SL = 10, BE = 11, BB = 12,
              MV = 13, SN = 14, ST = 15, TH = 16;
constexpr uint32_t kEverywhere = (1u << 17) - 1;

// Municipal holidays: which of them hold in a region.
constexpr uint32_t kWholeLand = 0;
constexpr uint32_t kAugsburg = 1;         // Friedensfest.
constexpr uint32_t kCatholicBavaria = 2;  // Mariä Himmelfahrt.
constexpr uint32_t kCorpusChristi = 4;    // Fronleichnam in parts of Sachsen and Thüringen.

enum class Reckoning : uint8_t { kFixed, kFromEaster, kRepentanceDay };

struct Rule {
  Holiday holiday;
  Reckoning reckoning;
  int month;  // Or days after Easter Sunday.
  int day;
  uint32_t lands;
  uint32_t municipal = kWholeLand;  // Not kWholeLand: only in the regions that have this bit.
  int first_year = 0;
  int last_year = kForEver;
};

// One line per day and law. Laws of all Länder: FTG BW § 1, FTG BY Art. 1, SonntFTG BE § 1, FTG BB § 2, SonnFeiertG HB
// § 2, HmbFeiertagsG § 1, HFeiertagsG § 1, FTG M-V § 2, NFeiertagsG § 2, FeiertG NW § 2, LFtG RP § 2, SFG SL § 2,
// SächsSFG § 1, FeiertG LSA § 2, SFTG SH § 2, ThürFtG § 2.
constexpr std::array kRules = {
    Rule{{"Neujahr", "all Länder"}, Reckoning::kFixed, 1, 1, kEverywhere},
    Rule{{"Heilige Drei Könige", "FTG BW § 1, FTG BY Art. 1, FeiertG LSA § 2"},
         Reckoning::kFixed,
         1,
         6,
         Lands(BW, BY, ST)},
    // Berlin: law of 30 January 2019; Mecklenburg-Vorpommern: law of 30 June 2022.
    Rule{{"Internationaler Frauentag", "SonntFTG BE § 1"}, Reckoning::kFixed, 3, 8, Lands(BE), kWholeLand, 2019},
    Rule{{"Internationaler Frauentag", "FTG M-V § 2"}, Reckoning::kFixed, 3, 8, Lands(MV), kWholeLand, 2023},
    Rule{{"Karfreitag", "all Länder"}, Reckoning::kFromEaster, -2, 0, kEverywhere},
    Rule{{"Ostersonntag", "FTG BB § 2"}, Reckoning::kFromEaster, 0, 0, Lands(BB)},
    Rule{{"Ostermontag", "all Länder"}, Reckoning::kFromEaster, 1, 0, kEverywhere},
    Rule{{"Tag der Arbeit", "all Länder"}, Reckoning::kFixed, 5, 1, kEverywhere},
    // 75 and 80 years after the end of the war; 75 years after the uprising of 1953.
    Rule{{"Tag der Befreiung", "SonntFTG BE § 1"}, Reckoning::kFixed, 5, 8, Lands(BE), kWholeLand, 2020, 2020},
    Rule{{"Tag der Befreiung", "SonntFTG BE § 1"}, Reckoning::kFixed, 5, 8, Lands(BE), kWholeLand, 2025, 2025},
    Rule{{"Jahrestag des Volksaufstandes", "SonntFTG BE § 1"},
         Reckoning::kFixed,
         6,
         17,
         Lands(BE),
         kWholeLand,
         2028,
         2028},
    Rule{{"Christi Himmelfahrt", "all Länder"}, Reckoning::kFromEaster, 39, 0, kEverywhere},
    Rule{{"Pfingstsonntag", "FTG BB § 2"}, Reckoning::kFromEaster, 49, 0, Lands(BB)},
    Rule{{"Pfingstmontag", "all Länder"}, Reckoning::kFromEaster, 50, 0, kEverywhere},
    Rule{{"Fronleichnam", "FTG BW § 1, FTG BY Art. 1, HFeiertagsG § 1, FeiertG NW § 2, LFtG RP § 2, SFG SL § 2"},
         Reckoning::kFromEaster,
         60,
         0,
         Lands(BW, BY, HE, NW, RP, SL)},
    Rule{{"Fronleichnam", "SächsSFG § 1 (1) with the Fronleichnamsverordnung; ThürFtG § 2 (2) with § 10"},
         Reckoning::kFromEaster,
         60,
         0,
         Lands(SN, TH),
         kCorpusChristi},
    Rule{{"Augsburger Friedensfest", "FTG BY Art. 1 (2)"}, Reckoning::kFixed, 8, 8, Lands(BY), kAugsburg},
    Rule{{"Mariä Himmelfahrt", "SFG SL § 2"}, Reckoning::kFixed, 8, 15, Lands(SL)},
    Rule{{"Mariä Himmelfahrt", "FTG BY Art. 1 (1) no. 2 and (3)"},
         Reckoning::kFixed,
         8,
         15,
         Lands(BY),
         kCatholicBavaria},
    Rule{{"Weltkindertag", "ThürFtG § 2"}, Reckoning::kFixed, 9, 20, Lands(TH), kWholeLand, 2019},
    Rule{{"Tag der Deutschen Einheit", "Einigungsvertrag Art. 2 (2)"}, Reckoning::kFixed, 10, 3, kEverywhere},
    Rule{{"Reformationstag", "FTG BB § 2, FTG M-V § 2, SächsSFG § 1, FeiertG LSA § 2, ThürFtG § 2"},
         Reckoning::kFixed,
         10,
         31,
         Lands(BB, MV, SN, ST, TH)},
    // 500 years of the Reformation: once in all Länder, each by a law of its own.
    Rule{{"Reformationstag", "all Länder, 2017 only"}, Reckoning::kFixed, 10, 31, kEverywhere, kWholeLand, 2017, 2017},
    Rule{{"Reformationstag", "SonnFeiertG HB § 2, HmbFeiertagsG § 1, NFeiertagsG § 2, SFTG SH § 2"},
         Reckoning::kFixed,
         10,
         31,
         Lands(HB, HH, NI, SH),
         kWholeLand,
         2018},
    Rule{{"Allerheiligen", "FTG BW § 1, FTG BY Art. 1, FeiertG NW § 2, LFtG RP § 2, SFG SL § 2"},
         Reckoning::kFixed,
         11,
         1,
         Lands(BW, BY, NW, RP, SL)},
    // Since 1995 in Sachsen only (the other Länder gave it up for the long-term care insurance, SGB XI § 58).
    Rule{{"Buß- und Bettag", "SächsSFG § 1"}, Reckoning::kRepentanceDay, 0, 0, Lands(SN)},
    Rule{{"1. Weihnachtstag", "all Länder"}, Reckoning::kFixed, 12, 25, kEverywhere},
    Rule{{"2. Weihnachtstag", "all Länder"}, Reckoning::kFixed, 12, 26, kEverywhere},
};

// Fronleichnam in Sachsen: the municipalities named by the Fronleichnamsverordnung that have it as a whole or nearly so
// (of Bautzen, Göda, Großdubrau, Hoyerswerda and Neschwitz only single districts do). In Thüringen: the Kreis Eichsfeld
// and the municipalities that had it in 1994; of Anrode, Dünwald, Rodeberg and Dermbach only single districts.
constexpr std::string_view kCorpusChristiPlaces[] = {
    "14625080", "14625280", "14625350", "14625440", "14625460",
    "14625470", "14625490", "14625500", "14625640",              // Sachsen
    "16061",    "16063011", "16063032", "16063068", "16064074",  // Thüringen
};

// Mariä Himmelfahrt in Bavaria: where more Catholics than Protestants live, as the Bavarian statistical office states
// after each census (statistik.bayern.de, "Mariä Himmelfahrt"; 1,704 of 2,056 municipalities after the census of 2011).
// All of Oberbayern and Niederbayern; Oberpfalz, Schwaben and Unterfranken but for the exceptions below; of Oberfranken
// the five Kreise that are mostly Catholic; Mittelfranken, mostly Protestant, is left out. The single municipalities of
// Oberfranken and Mittelfranken that differ from their Kreis, and about a third of the exceptions in Unterfranken, are
// not listed.
constexpr std::string_view kCatholicPlaces[] = {"091",   "092",   "093",   "096",   "097",
                                                "09461", "09471", "09474", "09476", "09478"};
constexpr std::string_view kCatholicExceptions[] = {
    // Oberpfalz.
    "09371116", "09371119", "09371128", "09371131", "09371135", "09371140", "09371141", "09371157", "09374140",
    // Unterfranken.
    "09672126", "09672166", "09673113", "09673134", "09673182", "09674164", "09674171", "09674190", "09674210",
    "09674223", "09675111", "09675112", "09675114", "09675116", "09675141", "09675142", "09675144", "09675146",
    "09675147", "09675149", "09675150", "09675156", "09675161", "09675162", "09675166", "09675167", "09675177",
    "09677137", "09677159", "09677170",
    // Schwaben.
    "09773113", "09778163", "09778171", "09778219", "09779111", "09779117", "09779130", "09779136", "09779146",
    "09779155", "09779162", "09779184", "09779185", "09779194", "09779197", "09779226"};

template <typename List>
bool HasPrefixIn(std::string_view key, const List& prefixes) {
  return std::any_of(std::begin(prefixes), std::end(prefixes),
                     [&](std::string_view p) { return key.substr(0, p.size()) == p; });
}

uint32_t MunicipalBits(int land, std::string_view key) {
  if (land == SN || land == TH) return HasPrefixIn(key, kCorpusChristiPlaces) ? kCorpusChristi : 0;
  if (land != BY) return 0;
  const bool catholic = HasPrefixIn(key, kCatholicPlaces) && !HasPrefixIn(key, kCatholicExceptions);
  // The city of Augsburg is a Kreis and a Gemeinde in one.
  const bool augsburg = key.substr(0, 5) == "09761";
  return (catholic ? kCatholicBavaria : 0) | (augsburg ? kAugsburg : 0);
}

struct Region {
  int land;
  uint32_t municipal;
};

// Index = HolidayRegion::index_. The first 17 are the country and the whole Länder.
constexpr std::array<Region, 21> kRegions = {{{0, 0},
                                              {SH, 0},
                                              {HH, 0},
                                              {NI, 0},
                                              {HB, 0},
                                              {NW, 0},
                                              {HE, 0},
                                              {RP, 0},
                                              {BW, 0},
                                              {BY, 0},
                                              {SL, 0},
                                              {BE, 0},
                                              {BB, 0},
                                              {MV, 0},
                                              {SN, 0},
                                              {ST, 0},
                                              {TH, 0},
                                              {BY, kCatholicBavaria},
                                              {BY, kCatholicBavaria | kAugsburg},
                                              {SN, kCorpusChristi},
                                              {TH, kCorpusChristi}}};
static_assert(kRegions.size() <= 32, "one bit per region in regions_by_day_");

bool HoldsIn(const Rule& rule, const Region& region) {
  return (rule.lands >> region.land & 1) != 0 &&
         (rule.municipal == kWholeLand || (rule.municipal & region.municipal) != 0);
}

bool HoldsIn(const Rule& rule, int year) {
  return year >= Holidays::kFirstYear && year >= rule.first_year && year <= rule.last_year;
}

absl::CivilDay DateOf(const Rule& rule, int year) {
  switch (rule.reckoning) {
    case Reckoning::kFixed:
      return absl::CivilDay(year, rule.month, rule.day);
    case Reckoning::kFromEaster:
      return EasterSunday(year) + rule.month;
    case Reckoning::kRepentanceDay:
      break;
  }
  return RepentanceDay(year);
}

uint32_t RegionsOf(const Rule& rule) {
  uint32_t bits = 0;
  for (size_t i = 0; i < kRegions.size(); ++i) bits |= HoldsIn(rule, kRegions[i]) ? 1u << i : 0u;
  return bits;
}

}  // namespace

absl::CivilDay EasterSunday(int year) {
  const int a = year % 19, b = year / 100, c = year % 100;
  const int g = (8 * b + 13) / 25;
  const int h = (19 * a + b - b / 4 - g + 15) % 30;
  const int m = (a + 11 * h) / 319;
  const int r = (2 * (b % 4) + 2 * (c / 4) - c % 4 - h + m + 32) % 7;
  const int month = (h - m + r + 90) / 25;
  const int day = (h - m + r + month + 19) % 32;
  return absl::CivilDay(year, month, day);
}

absl::CivilDay RepentanceDay(int year) {
  return absl::PrevWeekday(absl::CivilDay(year, 11, 23), absl::Weekday::wednesday);
}

Holidays::Holidays() {
  const absl::CivilDay first(kFirstYear, 1, 1);
  regions_by_day_.resize(absl::CivilDay(kLastTableYear + 1, 1, 1) - first);
  for (const Rule& rule : kRules) {
    const uint32_t regions = RegionsOf(rule);
    for (int year = kFirstYear; year <= kLastTableYear; ++year) {
      if (HoldsIn(rule, year)) regions_by_day_[DateOf(rule, year) - first] |= regions;
    }
  }
}

HolidayRegion Holidays::RegionOf(std::string_view area_key) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (area_key.size() < 2 || !is_digit(area_key[0]) || !is_digit(area_key[1])) return HolidayRegion();
  const int land = (area_key[0] - '0') * 10 + (area_key[1] - '0');
  if (land < 1 || land > 16) return HolidayRegion();
  const uint32_t municipal = MunicipalBits(land, area_key);
  for (size_t i = 17; municipal != 0 && i < kRegions.size(); ++i) {
    if (kRegions[i].land == land && kRegions[i].municipal == municipal) return HolidayRegion(static_cast<uint8_t>(i));
  }
  return HolidayRegion(static_cast<uint8_t>(land));
}

bool Holidays::IsHoliday(absl::CivilDay day, HolidayRegion region) const {
  const int64_t number = std::clamp<int64_t>(day - absl::CivilDay(1970, 1, 1), std::numeric_limits<int32_t>::min(),
                                             std::numeric_limits<int32_t>::max());
  return IsHoliday(static_cast<int32_t>(number), region);
}

bool Holidays::IsHoliday(int32_t days_since_1970, HolidayRegion region) const {
  const int64_t index = int64_t{days_since_1970} - kFirstTableDay;
  if (index >= 0 && index < static_cast<int64_t>(regions_by_day_.size())) {
    return (regions_by_day_[index] >> region.index_ & 1) != 0;
  }
  return On(absl::CivilDay(1970, 1, 1) + days_since_1970, region).has_value();
}

std::optional<Holiday> Holidays::On(absl::CivilDay day, HolidayRegion region) const {
  const int year = static_cast<int>(std::clamp<int64_t>(day.year(), 0, 9999));
  for (const Rule& rule : kRules) {
    if (HoldsIn(rule, year) && HoldsIn(rule, kRegions[region.index_]) && DateOf(rule, year) == day) return rule.holiday;
  }
  return std::nullopt;
}

}  // namespace schutznetz::civil
