// Counts of people over events, made so that nobody shows.
//
// Public counts must not show a group of fewer than five, neither in one answer nor as the difference of two: periods
// and Länder are chosen freely, so that every event can be the difference. Therefore each event is made safe by itself,
// always in the same way, and answers are sums of safe events:
//   - an event with fewer than five people counts nowhere;
//   - a group (of a profession, of a way of attending) of fewer than five at an event is in no cell;
//   - if those left out are fewer than five together, the smallest cell of the event goes with them: total minus cells
//     would tell them otherwise.
// A cell with nobody looks like one with a few.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/statistics.pb.h"

namespace schutznetz::events {

// People who were at one event and have this in common.
struct PeopleGroup {
  common::v1::Profession::Code profession = common::v1::Profession::PROFESSION_UNSPECIFIED;
  std::string land;  // "lands/DE-NW"; empty: not stated
  v1::Event::Attendance attendance = v1::Event::ATTENDANCE_UNSPECIFIED;
  int64_t count = 0;
};

inline constexpr int64_t kSmallestGroup = 5;

// One event's cells by key.
using Cells = std::map<int, int64_t>;
// What of them may be told; `rest` takes what is left out.
Cells SafeCells(const Cells& cells, int64_t* rest);

// For one answer.
class PeopleCounts {
 public:
  // `exact`: nothing is left out.
  explicit PeopleCounts(bool exact) : exact_(exact) {}

  // An event that took place, with those who were there.
  void Add(const v1::Event& event, const std::vector<PeopleGroup>& groups);

  // Fills in everything but period, Land and networks.
  void Fill(v1::Statistics* statistics) const;

 private:
  struct TypeSum {
    int64_t events = 0;
    int64_t people = 0;
  };

  void AddCells(const Cells& cells, Cells* sums, int64_t* rest) const;

  const bool exact_;
  int64_t events_ = 0;
  int64_t people_ = 0;
  std::map<int, TypeSum> types_;
  Cells professions_;
  int64_t without_profession_ = 0;
  Cells attendances_;
  int64_t without_attendance_ = 0;
  std::set<std::string> lands_;
};

}  // namespace schutznetz::events
