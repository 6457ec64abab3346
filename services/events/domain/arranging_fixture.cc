#include "services/events/domain/arranging_fixture.h"

#include <cstdlib>
#include <utility>

#include "google/protobuf/text_format.h"
#include "services/common/errors/macros.h"
#include "services/common/testing/callers.h"

namespace schutznetz::events {
namespace {

std::unique_ptr<const wire::Tables> TablesOfEvents() {
  auto tables = wire::Tables::Build({v1::Event::descriptor()});
  if (!tables.ok()) std::abort();
  return *std::move(tables);
}

std::vector<const storage::MigrationSet*> WithRecords(std::vector<const storage::MigrationSet*> sets) {
  sets.insert(sets.begin(), &record::RecordMigrations());
  return sets;
}

}  // namespace

Arranging::Arranging(storage::Engine engine, std::vector<const EventObserver*> observers,
                     std::vector<const storage::MigrationSet*> more_tables)
    : temp_(engine, WithRecords(std::move(more_tables))),
      tables_(TablesOfEvents()),
      rules_(*tables_),
      methods_(rules_.all()),
      events_(methods_, rules_.event(), std::move(observers)) {}

access::Caller Arranging::Staff() { return testing::Staff(); }

access::Caller Arranging::EditorOf(const std::string& land) {
  return access::Caller::Granted("editor-of-" + land, {.roles = {access::Role::kEditor}, .lands = {land}},
                                 {.id = land, .rights_version = 1});
}

access::Caller Arranging::CoordinatorOf(const std::string& network) {
  return access::Caller::Granted(
      "coordinator-of-" + network,
      {.roles = {access::Role::kCoordinator}, .networks = {network}, .coordinated_networks = {network}},
      {.id = network, .rights_version = 1});
}

v1::Event Arranging::Example() {
  v1::Event event;
  const bool parsed = google::protobuf::TextFormat::ParseFromString(
      R"(display_name: "Kinderhandel erkennen" type: WORKSHOP land: "lands/DE-NW" network: "networks/koeln"
         organizer: "organizations/musterstelle"
         sessions { session_id: "tag-1" start_time { seconds: 1803888000 } end_time { seconds: 1803898800 }
                    time_zone: "Europe/Berlin" place { city: "Köln" street: "Musterweg 1" }
                    online_room { platform: "Muster" join_url: "https://raum.example.org/1" } }
         admission { capacity: 30 waiting_list_policy: STRICT_ORDER })",
      &event);
  if (!parsed) std::abort();
  return event;
}

absl::StatusOr<v1::Event> Arranging::Write(Work work) {
  record::Presented presented;
  const auto write = [&](storage::Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(presented, work(tx));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(database().WriteAndWait(write).status());
  v1::Event event;
  if (!event.ParseFromString(presented.bytes)) return absl::DataLossError("the answer cannot be read");
  return event;
}

absl::StatusOr<v1::Event> Arranging::Create(const v1::Event& event, const std::string& id,
                                            const access::Caller& caller) {
  v1::CreateEventRequest request;
  *request.mutable_event() = event;
  request.set_event_id(id);
  return Do(&Events::Create, request, caller);
}

absl::StatusOr<v1::Event> Arranging::Update(const v1::Event& event, const std::vector<std::string>& paths,
                                            const access::Caller& caller) {
  v1::UpdateEventRequest request;
  *request.mutable_event() = event;
  for (const std::string& path : paths) request.mutable_update_mask()->add_paths(path);
  return Do(&Events::Update, request, caller);
}

}  // namespace schutznetz::events
