// Hours as one ordinary week: what schedules say as long as no holiday and no date changes them.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace schutznetz::civil {

// The week from Monday 00:00 as stretches of minutes with one type each; 0 is closed. It repeats without end.
class WeekPattern {
 public:
  static constexpr int kMinutes = 7 * 1440;

  // Hours of one type that begin at a minute of the week and may run past its end.
  struct Hours {
    int begin;   // 0 to kMinutes - 1.
    int length;  // 1 to 1440.
    uint8_t type;
  };

  // What holds at a minute. Distances are in minutes from there; kForEver where nothing changes.
  struct Answer {
    uint8_t type;            // 0: closed. Where hours of several types overlap: the smallest.
    int same_for;            // Until the type is another one.
    int open_or_closed_for;  // Until open becomes closed or the other way round.
    uint8_t next_type;       // After that.
  };
  static constexpr int kForEver = 1 << 28;

  WeekPattern() : stretches_{{0, 0}} {}
  explicit WeekPattern(const std::vector<Hours>& hours);

  Answer At(int minute_of_week) const;

 private:
  struct Stretch {
    uint16_t begin;
    uint8_t type;
  };

  // Neighbours have different types, but for the first and the last, which meet at the end of the week.
  std::vector<Stretch> stretches_;
};

}  // namespace schutznetz::civil
