#include "services/events/view/events_builder.h"

#include <limits>
#include <utility>

#include "services/common/errors/macros.h"
#include "services/common/record/present.h"
#include "services/common/time/timestamp.h"
#include "services/common/wire/project.h"

namespace schutznetz::events {

const EventEntry* EventsVersion::Find(std::string_view name) const {
  const EventEntry* found = nullptr;
  names.VisitFrom(name, [&](const NameItem& item) {
    if (item.name == name) found = entries.Get(item.slot);
    return false;
  });
  return found;
}

namespace {

constexpr int64_t kAlways = std::numeric_limits<int64_t>::max();

int64_t MicrosOf(const google::protobuf::Timestamp& time) { return absl::ToUnixMicros(TimeOf(time)); }

TimeItem TimesOf(const EventEntry& entry) {
  const v1::Event& event = entry.event;
  return {event.has_end_time() ? MicrosOf(event.end_time()) : kAlways,
          event.has_start_time() ? MicrosOf(event.start_time()) : -kAlways, entry.slot};
}

}  // namespace

Slot EventsBuilder::SlotOf(const std::string& name) {
  const auto [place, added] = slots_.try_emplace(name, static_cast<Slot>(slots_.size()));
  if (added) {
    auto owner = std::make_shared<const std::string>(name);
    const std::string_view view = *owner;
    next_.names.Insert(stamp_, NameItem{view, std::move(owner), place->second});
  }
  return place->second;
}

// What everybody sees, and where it belongs.
absl::Status EventsBuilder::Fill(EventEntry& entry) const {
  const EventRules& rules = rules_.event();
  if (!entry.event.ParseFromString(entry.record.body)) return absl::DataLossError("a stored event cannot be read");
  entry.state = rules.FloorsOfState(entry.event);
  ASSIGN_OR_RETURN(entry.own, wire::FloorsOf(rules.table(), entry.record.body, entry.state));
  entry.scope = rules.ScopeOf(entry.event, {});
  if (entry.record.deleted()) return absl::OkStatus();
  ASSIGN_OR_RETURN(record::Presented shown,
                   record::Present(entry.record, rules.table(), wire::LevelSet(), entry.state));
  entry.shown = std::move(shown.bytes);
  return absl::OkStatus();
}

absl::Status EventsBuilder::Put(const record::Record& record) {
  auto entry = std::make_shared<EventEntry>();
  entry->name = rules_.event().NameOf(record.key.id);
  entry->slot = SlotOf(entry->name);
  entry->record = record;
  const absl::Status status = Fill(*entry);
  if (!status.ok()) {
    entry->own = {common::v1::PROTECTED, common::v1::PROTECTED};
    entry->scope = {};
    entry->shown.clear();
  }
  const std::shared_ptr<const EventEntry> before = next_.entries.Share(entry->slot);
  if (before != nullptr) entry->seats = before->seats;
  Replace(before.get(), *entry);
  const Slot slot = entry->slot;
  next_.entries.Set(stamp_, slot, std::move(entry));
  return status;
}

void EventsBuilder::PutSeats(const std::string& name, const SeatNumbers& seats) {
  const auto known = slots_.find(name);
  if (known == slots_.end()) return;
  const EventEntry* before = next_.entries.Get(known->second);
  if (before == nullptr || before->seats == seats) return;
  auto entry = std::make_shared<EventEntry>(*before);
  entry->seats = seats;
  next_.entries.Set(stamp_, known->second, std::move(entry));
}

void EventsBuilder::Replace(const EventEntry* before, const EventEntry& after) {
  const auto is_hidden = [](const EventEntry& entry) { return !entry.is_public() && !entry.record.deleted(); };
  if (before != nullptr && !before->record.deleted()) next_.times.Erase(stamp_, TimesOf(*before));
  if (!after.record.deleted()) next_.times.Insert(stamp_, TimesOf(after));
  const bool was_hidden = before != nullptr && is_hidden(*before);
  if (was_hidden) next_.hidden.Erase(stamp_, after.slot);
  if (is_hidden(after)) next_.hidden.Insert(stamp_, after.slot);
  if (was_hidden || is_hidden(after)) next_.hidden_number = next_.number + 1;
  Index(before, after);
}

void EventsBuilder::Index(const EventEntry* before, const EventEntry& after) {
  if (after.is_public()) {
    v1::Event shown;
    // What was just written: it can be read.
    if (shown.ParseFromString(after.shown)) batch_.documents.push_back(DocumentOf(after.slot, shown));
  } else if (before != nullptr && before->is_public()) {
    // Of one slot the last word counts.
    std::erase_if(batch_.documents, [&](const search::Document& document) { return document.slot == after.slot; });
    batch_.deleted_slots.push_back(after.slot);
  }
}

std::shared_ptr<const EventsVersion> EventsBuilder::Finish(const storage::Position& position) {
  if (next_.shown_index == nullptr) {
    size_t at = 0;
    index_.Load([&](search::Document* document) {
      if (at == batch_.documents.size()) return false;
      *document = std::move(batch_.documents[at++]);
      return true;
    });
  } else if (!batch_.documents.empty() || !batch_.deleted_slots.empty()) {
    index_.Apply(batch_);
  }
  batch_ = {};
  next_.shown_index = index_.current();
  ++next_.number;
  next_.position = position;
  auto version = std::make_shared<const EventsVersion>(next_);
  ++stamp_;
  return version;
}

}  // namespace schutznetz::events
