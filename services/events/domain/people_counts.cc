#include "services/events/domain/people_counts.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace schutznetz::events {

Cells SafeCells(const Cells& cells, int64_t* rest) {
  Cells safe;
  int64_t left_out = 0;
  for (const auto& [key, count] : cells) {
    if (count >= kSmallestGroup) {
      safe[key] = count;
    } else {
      left_out += count;
    }
  }
  if (left_out > 0 && left_out < kSmallestGroup && !safe.empty()) {
    const auto smallest =
        std::min_element(safe.begin(), safe.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    left_out += smallest->second;
    safe.erase(smallest);
  }
  *rest += left_out;
  return safe;
}

namespace {

v1::Statistics::People PeopleOf(int64_t count, bool exact) {
  v1::Statistics::People people;
  people.set_count(count);
  people.set_text(exact || count >= kSmallestGroup ? absl::StrCat(count) : absl::StrCat("<", kSmallestGroup));
  return people;
}

// Who did not say came as the event was held; where it was both, to its place.
v1::Event::Attendance WayOf(const v1::Event& event, const PeopleGroup& group) {
  if (group.attendance != v1::Event::ATTENDANCE_UNSPECIFIED) return group.attendance;
  return event.attendance() == v1::Event::ONLINE ? v1::Event::ONLINE : v1::Event::ON_SITE;
}

}  // namespace

void PeopleCounts::AddCells(const Cells& cells, Cells* sums, int64_t* rest) const {
  const Cells safe = exact_ ? cells : SafeCells(cells, rest);
  for (const auto& [key, count] : safe) (*sums)[key] += count;
}

void PeopleCounts::Add(const v1::Event& event, const std::vector<PeopleGroup>& groups) {
  ++events_;
  ++types_[event.type()].events;
  if (!event.land().empty()) lands_.insert(event.land());

  int64_t people = 0;
  Cells professions;
  Cells attendances;
  std::map<std::string, int64_t> lands;
  for (const PeopleGroup& group : groups) {
    people += group.count;
    professions[group.profession] += group.count;
    attendances[WayOf(event, group)] += group.count;
    lands[group.land] += group.count;
  }
  if (!exact_ && people < kSmallestGroup) return;
  people_ += people;
  types_[event.type()].people += people;
  AddCells(professions, &professions_, &without_profession_);
  AddCells(attendances, &attendances_, &without_attendance_);
  for (const auto& [land, count] : lands) {
    if (!land.empty() && count >= (exact_ ? 1 : kSmallestGroup)) lands_.insert(land);
  }
}

void PeopleCounts::Fill(v1::Statistics* statistics) const {
  statistics->set_events(events_);
  statistics->set_exact(exact_);
  *statistics->mutable_participants() = PeopleOf(people_, exact_);
  for (const auto& [type, sum] : types_) {
    v1::Statistics::TypeCount& count = *statistics->add_by_type();
    count.set_type(static_cast<v1::Event::Type>(type));
    count.set_events(sum.events);
    *count.mutable_participants() = PeopleOf(sum.people, exact_);
  }
  const auto of = [](const Cells& cells, int key) {
    const auto at = cells.find(key);
    return at == cells.end() ? 0 : at->second;
  };
  // Every profession, so that one with nobody looks like one with a few.
  for (int code = 1; common::v1::Profession::Code_IsValid(code); ++code) {
    v1::Statistics::ProfessionCount& count = *statistics->add_by_profession();
    count.set_profession(static_cast<common::v1::Profession::Code>(code));
    *count.mutable_participants() = PeopleOf(of(professions_, code), exact_);
  }
  *statistics->mutable_without_profession() = PeopleOf(without_profession_, exact_);
  for (const v1::Event::Attendance way : {v1::Event::ON_SITE, v1::Event::ONLINE}) {
    v1::Statistics::AttendanceCount& count = *statistics->add_by_attendance();
    count.set_attendance(way);
    *count.mutable_participants() = PeopleOf(of(attendances_, way), exact_);
  }
  *statistics->mutable_without_attendance() = PeopleOf(without_attendance_, exact_);
  for (const std::string& land : lands_) statistics->add_lands_reached(land);
}

}  // namespace schutznetz::events
