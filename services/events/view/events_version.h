// One immutable state of the events: everything a read needs, without locks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include "schutznetz/events/v1/event.pb.h"
#include "services/common/record/record.h"
#include "services/common/record/rights.h"
#include "services/common/search/index_version.h"
#include "services/common/storage/change_record.h"
#include "services/common/view/chunk_table.h"
#include "services/common/view/cow_sorted_set.h"
#include "services/common/wire/visibility.h"
#include "services/events/view/seat_state.h"

namespace schutznetz::events {

// Numbers records as the view meets them; a record keeps its number.
using Slot = uint32_t;

// One event as the view holds it. Versions share entries.
struct EventEntry {
  Slot slot = 0;
  std::string name;  // "events/…"
  record::Record record;
  v1::Event event;     // the stored body, taken apart
  wire::Floors state;  // what its state adds to its protection
  wire::Floors own;    // with its own protection
  record::RecordScope scope;
  std::string shown;  // the resource as everybody sees it, ready to be sent; empty when it is hidden or deleted
  SeatNumbers seats;

  bool is_public() const { return !shown.empty(); }
};

// In the order of the names, bytewise.
struct NameItem {
  std::string_view name;  // of the entry, which lives as long as any version that holds the item
  std::shared_ptr<const std::string> owner;
  Slot slot = 0;
  friend bool operator<(const NameItem& a, const NameItem& b) { return a.name < b.name; }
  friend bool operator<(const NameItem& a, std::string_view b) { return a.name < b; }
  friend bool operator<(std::string_view a, const NameItem& b) { return a < b.name; }
};

// When an event begins and ends, in microseconds; what has no date begins before and ends after everything.
struct TimeItem {
  int64_t end_us = 0;
  int64_t start_us = 0;
  Slot slot = 0;
  friend auto operator<=>(const TimeItem&, const TimeItem&) = default;
};

struct EventsVersion {
  uint64_t number = 0;
  storage::Position position;
  view::ChunkTable<EventEntry> entries;
  view::CowSortedSet<NameItem, std::less<>> names;
  view::CowSortedSet<TimeItem> times;  // of all that are not deleted
  view::CowSortedSet<Slot> hidden;     // not deleted, and not for everybody
  uint64_t hidden_number = 0;          // of the version in which one of these, or their set, changed last
  std::shared_ptr<const search::IndexVersion> shown_index;  // of what everybody sees

  // Null when there is none of this name.
  const EventEntry* Find(std::string_view name) const;
};

}  // namespace schutznetz::events
