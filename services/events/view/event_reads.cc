#include "services/events/view/event_reads.h"

#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/present.h"
#include "services/common/view/append_field.h"

namespace schutznetz::events {
namespace {

constexpr absl::Duration kAskAgain = absl::Seconds(5);

SeenEvent OwnBytes(record::Presented presented) {
  auto owner = std::make_shared<const std::string>(std::move(presented.bytes));
  const std::string_view view = *owner;
  return {view, std::move(owner), std::move(presented.disclosed)};
}

bool Matches(const EventEntry& entry, const v1::ListEventsRequest& request) {
  if (!request.land().empty() && entry.event.land() != request.land()) return false;
  if (!request.network().empty() && entry.event.network() != request.network()) return false;
  return request.state() == v1::Event::STATE_UNSPECIFIED || entry.event.state() == request.state();
}

}  // namespace

absl::Status CheckAge(const EventsReading& reading, const access::Caller& caller) {
  if (!reading.degraded || record::SeesOnlyPublic(caller)) return absl::OkStatus();
  return errors::TemporarilyUnavailable(kAskAgain);
}

bool MayKnow(const EventEntry& entry, const access::Caller& caller) {
  if (entry.is_public()) return true;
  if (record::SeesOnlyPublic(caller)) return false;
  if (entry.record.deleted()) return record::MayEdit(caller, entry.scope);
  return record::LevelsFor(caller, entry.scope).Has(entry.own.record);
}

absl::StatusOr<SeenEvent> See(const EventsReading& reading, const wire::MessageTable& table, const EventEntry& entry,
                              const access::Caller& caller) {
  if (!MayKnow(entry, caller)) return SeenEvent();
  if (!record::SeesOnlyPublic(caller)) {
    const wire::LevelSet levels = record::LevelsFor(caller, entry.scope);
    ASSIGN_OR_RETURN(record::Presented presented, record::Present(entry.record, table, levels, entry.state));
    return presented.visible ? OwnBytes(std::move(presented)) : SeenEvent();
  }
  if (!reading.degraded) return SeenEvent{entry.shown, reading.version->entries.Share(entry.slot), {}};
  wire::Floors floors = entry.state;
  floors.address = wire::Stricter(floors.address, common::v1::RESTRICTED);
  ASSIGN_OR_RETURN(record::Presented presented,
                   record::Present(entry.record, table, wire::LevelSet(), floors, &entry.state));
  return OwnBytes(std::move(presented));
}

absl::StatusOr<SeenEvent> SeeEvent(const EventsReading& reading, const wire::MessageTable& table, std::string_view name,
                                   const access::Caller& caller) {
  RETURN_IF_ERROR(CheckAge(reading, caller));
  const EventEntry* entry = reading.version->Find(name);
  if (entry == nullptr) return errors::NotFound(name);
  ASSIGN_OR_RETURN(SeenEvent seen, See(reading, table, *entry, caller));
  if (seen.bytes.empty()) return errors::NotFound(name);
  return seen;
}

void AppendDisclosed(const EventEntry& entry, std::vector<std::string> fields, std::vector<audit::Fact>* facts) {
  if (!fields.empty()) facts->push_back({audit::Act::kRead, kEventKind, entry.name, std::move(fields)});
}

absl::StatusOr<EventPage> ListEvents(const EventsReading& reading, const wire::MessageTable& table,
                                     const v1::ListEventsRequest& request, size_t page_size, std::string_view after,
                                     const access::Caller& caller) {
  RETURN_IF_ERROR(CheckAge(reading, caller));
  std::vector<const EventEntry*> found;
  reading.version->names.VisitFrom(after, [&](const NameItem& item) {
    if (item.name == after) return true;
    const EventEntry* entry = reading.version->entries.Get(item.slot);
    if (entry == nullptr || (entry->record.deleted() && !request.show_deleted())) return true;
    if (Matches(*entry, request) && MayKnow(*entry, caller)) found.push_back(entry);
    return found.size() <= page_size;
  });
  EventPage page;
  for (size_t i = 0; i < found.size() && i < page_size; ++i) {
    ASSIGN_OR_RETURN(SeenEvent seen, See(reading, table, *found[i], caller));
    view::AppendBytes(v1::ListEventsResponse::kEventsFieldNumber, seen.bytes, &page.bytes);
    AppendDisclosed(*found[i], std::move(seen.disclosed), &page.disclosed);
  }
  if (found.size() > page_size) page.last = found[page_size - 1]->name;
  return page;
}

}  // namespace schutznetz::events
