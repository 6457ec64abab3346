// When something is reachable: schedules compiled once and asked many times.
//
//   auto hours = CompiledSchedules::Compile(service.schedules());            // when the record is read
//   Moment now = calendar.At(clock.Now());                                   // once per request
//   OpenState state = hours->Evaluate(now, Holidays::RegionOf("05515"), calendar);
//
// Hours belong to the day on which they begin: weekday, validity, except dates and holidays are those of that day, also
// for the part past midnight. An empty list of schedules says nothing: the state is kUnknown, never open.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "schutznetz/common/v1/contact.pb.h"
#include "services/common/time/calendar.h"
#include "services/common/time/week_pattern.h"

namespace schutznetz::civil {

// What holds at one instant.
struct OpenState {
  enum class Kind { kUnknown, kClosed, kOpen };
  using Type = schutznetz::common::v1::Schedule::Type;

  Kind kind = Kind::kUnknown;
  // Of the hours that hold, or when closed of the next ones. OPENING wins where both hold.
  Type type = schutznetz::common::v1::Schedule::TYPE_UNSPECIFIED;
  // Open: when nobody answers any more, adjoining and overlapping hours of both types merged. Absent: not within
  // kHorizonDays.
  std::optional<absl::Time> until;
  // Closed: when hours begin next. Absent: not within kHorizonDays.
  std::optional<absl::Time> next_open;
  // The first instant after the moment at which anything above may differ: hours begin or end, or the end of a day
  // brings something into the horizon. An answer made from this state is valid until then.
  absl::Time changes_at = absl::InfiniteFuture();

  bool is_open() const { return kind == Kind::kOpen; }
  friend bool operator==(const OpenState&, const OpenState&) = default;
};

// The compiled form: some tens of bytes per schedule. Immutable, copyable, thread safe. Most questions fall into days
// without a holiday and are answered from one ordinary week; the others walk from day to day.
class CompiledSchedules {
 public:
  // How far ahead Evaluate looks: to the end of the 13th day after today.
  static constexpr int kHorizonDays = 14;
  // More schedules than this on one record are refused.
  static constexpr int kSchedulesMax = 200;

  using Schedules = google::protobuf::RepeatedPtrField<schutznetz::common::v1::Schedule>;

  // No schedules at all: kUnknown.
  CompiledSchedules() = default;

  // INVALID_ARGUMENT: a time or date that does not parse, an unknown enum value, valid_to before valid_from, or too
  // many schedules; the message names the schedule by its place in the list.
  static absl::StatusOr<CompiledSchedules> Compile(const Schedules& schedules);

  bool empty() const { return rules_.empty(); }

  // Some tens of nanoseconds in an ordinary week, a few microseconds around holidays (measured in release builds).
  // `region` is that of the place where the people work.
  OpenState Evaluate(const Moment& now, HolidayRegion region, const Calendar& calendar) const;

 private:
  friend class Evaluation;

  struct Rule {
    uint8_t weekdays = 0;              // Bit 0 is Monday.
    uint8_t policy = 0;                // Schedule.HolidayPolicy, never unspecified.
    uint8_t type = 0;                  // Schedule.Type, never unspecified.
    uint16_t opens = 0;                // Minute of the day.
    uint16_t length = 0;               // Minutes, 1 to 1440.
    int32_t first_day = 0;             // Inclusive, days since 1970-01-01.
    int32_t last_day = 0;              // Inclusive.
    std::vector<int32_t> except_days;  // Sorted.
  };

  static absl::StatusOr<Rule> CompileOne(const schutznetz::common::v1::Schedule& schedule);
  static absl::Status CompileDates(const schutznetz::common::v1::Schedule& schedule, Rule& rule);

  // Prepares the ordinary week and where it holds.
  void Finish();
  // The answer of the ordinary week; false if a holiday or a date may change it.
  bool EvaluateOrdinary(const Moment& now, HolidayRegion region, const Calendar& calendar, OpenState& state) const;
  // The ordinary week holds on all days from first to last.
  bool IsOrdinary(int32_t first_day, int32_t last_day, HolidayRegion region, const Calendar& calendar) const;

  std::vector<Rule> rules_;
  WeekPattern week_;
  bool minds_holidays_ = false;       // A rule is not OPEN_ON_HOLIDAYS.
  int32_t ordinary_from_ = 0;         // Every rule is valid from here
  int32_t ordinary_to_ = 0;           // to here,
  std::vector<int32_t> except_days_;  // but for these days of any rule. Sorted.
};

}  // namespace schutznetz::civil
