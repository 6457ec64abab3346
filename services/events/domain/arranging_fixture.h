// A database with the rules of events around it, and short ways to write. Tests only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "schutznetz/events/v1/event.pb.h"
#include "services/common/record/record_store.h"
#include "services/common/record/standard_methods.h"
#include "services/common/testing/temp_database.h"
#include "services/events/domain/events.h"
#include "services/events/domain/events_rules.h"

namespace schutznetz::events {

// Everything ends the process when it cannot be made.
class Arranging {
 public:
  explicit Arranging(storage::Engine engine = storage::Engine::kSqlite,
                     std::vector<const EventObserver*> observers = {},
                     std::vector<const storage::MigrationSet*> more_tables = {});

  storage::Database& database() { return temp_.database(); }
  // For other processes on the same database, which on SQLite must be closed here meanwhile.
  const storage::DatabaseOptions& options() { return temp_.options(); }
  void CloseDatabase() { temp_.Close(); }
  void ReopenDatabase() { temp_.Reopen(); }
  const EventsRules& rules() const { return rules_; }
  const Events& events() const { return events_; }

  static access::Caller EditorOf(const std::string& land);
  static access::Caller CoordinatorOf(const std::string& network);

  // A valid event in NW: a workshop on 2027-03-01 from 9:00 to 12:00 in Köln, of the network of NW.
  static v1::Event Example();

  // One write transaction each; the caller edits all Länder unless given.
  absl::StatusOr<v1::Event> Create(const v1::Event& event, const std::string& id = "",
                                   const access::Caller& caller = Staff());
  absl::StatusOr<v1::Event> Update(const v1::Event& event, const std::vector<std::string>& paths,
                                   const access::Caller& caller = Staff());
  template <typename Request>
  absl::StatusOr<v1::Event> Do(absl::StatusOr<record::Presented> (Events::*step)(storage::Transaction&,
                                                                                 const record::Author&, const Request&)
                                   const,
                               const Request& request, const access::Caller& caller = Staff()) {
    return Write([&](storage::Transaction& tx) { return (events_.*step)(tx, {caller, ""}, request); });
  }
  // A step that takes name and etag.
  template <typename Request>
  absl::StatusOr<v1::Event> Step(absl::StatusOr<record::Presented> (Events::*step)(storage::Transaction&,
                                                                                   const record::Author&,
                                                                                   const Request&) const,
                                 const v1::Event& event, const access::Caller& caller = Staff()) {
    Request request;
    request.set_name(event.name());
    request.set_etag(event.etag());
    return Do(step, request, caller);
  }

 private:
  static access::Caller Staff();
  using Work = absl::FunctionRef<absl::StatusOr<record::Presented>(storage::Transaction&)>;
  absl::StatusOr<v1::Event> Write(Work work);

  testing::TempDatabase temp_;
  const std::unique_ptr<const wire::Tables> tables_;
  const EventsRules rules_;
  const record::StandardMethods methods_;
  const Events events_;
};

}  // namespace schutznetz::events
