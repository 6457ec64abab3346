#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/rights.h"
#include "services/events/api/event_api.h"

namespace schutznetz::events {
namespace {

using rpc::CallContext;
using storage::Transaction;
using v1::Event;

record::Author AuthorOf(const CallContext& call) { return {call.caller, call.trace.trace_id.view()}; }

absl::StatusOr<Event> EventIn(const absl::StatusOr<record::Presented>& presented) {
  if (!presented.ok()) return presented.status();
  Event event;
  if (!event.ParseFromString(presented->bytes)) return errors::Internal("an answer cannot be read");
  return event;
}

using Then = absl::AnyInvocable<void(absl::Status)>;
template <typename Request>
using StepOf = absl::StatusOr<record::Presented> (Events::*)(Transaction&, const record::Author&, const Request&) const;

// A method of Events as one of the service.
template <typename Request>
void AddWrite(rpc::Registry& registry, rpc::Writes& writes, const Events& events, const char* method,
              StepOf<Request> step, rpc::Writes::Prepare<Request> prepare = nullptr) {
  writes.AddPrepared<Request, Event>(registry, method, std::move(prepare),
                                     [&events, step](Transaction& tx, const CallContext& call, const Request& request) {
                                       return EventIn((events.*step)(tx, AuthorOf(call), request));
                                     });
}

// The event as the view has it, where the caller may change it; null otherwise: what is asked of the directory must not
// tell what somebody else's draft names.
std::shared_ptr<const EventEntry> OwnEntry(const EventsView& view, const CallContext& call, std::string_view name) {
  const EventsReading reading = view.Read();
  const EventEntry* entry = reading.version->Find(name);
  if (entry == nullptr || !record::MayEdit(call.caller, entry->scope)) return nullptr;
  return reading.version->entries.Share(entry->slot);
}

constexpr char kCalendarType[] = "text/calendar";

// Callers over gRPC say any type.
bool IsCalendar(const common::v1::HttpBody& body) {
  const std::string& type = body.content_type();
  return absl::EqualsIgnoreCase(type.substr(0, type.find_first_of("; \t")), kCalendarType);
}

}  // namespace

void RegisterEventWrites(rpc::Registry& registry, rpc::Writes& writes, const Events& events,
                         const EventImports& imports, const EventsView& view, DirectoryNames& names) {
  AddWrite<v1::CreateEventRequest>(registry, writes, events, "CreateEvent", &Events::Create,
                                   [&names](const CallContext& call, const v1::CreateEventRequest& request, Then then) {
                                     names.Check(NamesToCheck(request.event(), nullptr), call.deadline,
                                                 std::move(then));
                                   });
  AddWrite<v1::UpdateEventRequest>(
      registry, writes, events, "UpdateEvent", &Events::Update,
      [&names, &view](const CallContext& call, const v1::UpdateEventRequest& request, Then then) {
        const auto entry = OwnEntry(view, call, request.event().name());
        names.Check(NamesToCheck(request.event(), entry ? &entry->event : nullptr), call.deadline, std::move(then));
      });
  AddWrite<v1::PublishEventRequest>(
      registry, writes, events, "PublishEvent", &Events::Publish,
      [&names, &view](const CallContext& call, const v1::PublishEventRequest& request, Then then) {
        const auto entry = OwnEntry(view, call, request.name());
        if (!entry) return then(absl::OkStatus());
        names.Check(NamesToCheck(entry->event, nullptr), call.deadline, std::move(then));
      });
  writes.AddPrepared<v1::ImportEventsRequest, v1::ImportEventsResponse>(
      registry, "ImportEvents",
      [&names](const CallContext& call, const v1::ImportEventsRequest& request, Then then) {
        if (!IsCalendar(request.body())) return then(errors::MediaTypeUnsupported(kCalendarType));
        std::vector<DirectoryName> named = {{"organizer", request.organizer()}};
        if (!request.network().empty()) named.push_back({"network", request.network()});
        names.Check(std::move(named), call.deadline, std::move(then));
      },
      [&imports](Transaction& tx, const CallContext& call, const v1::ImportEventsRequest& request) {
        return imports.Import(tx, AuthorOf(call), request);
      });
  AddWrite(registry, writes, events, "DeleteEvent", &Events::Delete);
  AddWrite(registry, writes, events, "UndeleteEvent", &Events::Undelete);
  AddWrite(registry, writes, events, "CancelEvent", &Events::Cancel);
  AddWrite(registry, writes, events, "CompleteEvent", &Events::Complete);
  AddWrite(registry, writes, events, "CopyEvent", &Events::Copy);
}

}  // namespace schutznetz::events
