// Makes versions of the events view. Used by one thread.
#pragma once

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "services/common/search/index_writer.h"
#include "services/events/domain/events_rules.h"
#include "services/events/view/event_documents.h"
#include "services/events/view/events_version.h"

namespace schutznetz::events {

class EventsBuilder {
 public:
  using Version = EventsVersion;

  // `rules` must outlive it; versions are numbered after `last`.
  EventsBuilder(const EventsRules& rules, uint64_t last) : rules_(rules), index_(EventIndexOptions()) {
    next_.number = next_.hidden_number = last;
  }

  // Takes a record as it is now. DATA_LOSS: its body cannot be read; it is then shown to nobody.
  absl::Status Put(const record::Record& record);
  // Takes what registrations have taken of an event; one that was never put is ignored.
  void PutSeats(const std::string& name, const SeatNumbers& seats);

  // What was put so far, at `position`.
  std::shared_ptr<const EventsVersion> Finish(const storage::Position& position);

  // True when the index's small segments should be merged. Merge does it and takes its time; thread safe.
  bool MergeDue() const { return index_.MergeDue(); }
  void Merge() { index_.Merge(); }

 private:
  absl::Status Fill(EventEntry& entry) const;
  Slot SlotOf(const std::string& name);
  // Brings the sets from one state of an event to another.
  void Replace(const EventEntry* before, const EventEntry& after);
  void Index(const EventEntry* before, const EventEntry& after);

  const EventsRules& rules_;
  EventsVersion next_;
  view::WriterStamp stamp_ = 1;
  absl::flat_hash_map<std::string, Slot> slots_;
  search::IndexWriter index_;
  search::Batch batch_;
};

}  // namespace schutznetz::events
