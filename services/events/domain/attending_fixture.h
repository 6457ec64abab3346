// Events with people at them, and short ways to register. Tests only.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "services/common/changes/change_log.h"
#include "services/common/personal/personal_store.h"
#include "services/common/testing/transactions.h"
#include "services/events/domain/arranging_fixture.h"
#include "services/events/domain/attendance.h"
#include "services/events/domain/attendees.h"
#include "services/events/domain/registrations.h"
#include "services/events/domain/seats_follow_events.h"
#include "services/events/store/sql_registration_store.h"

namespace schutznetz::events {

// Everything ends the process when it cannot be made.
class Attending {
 public:
  // What is written to people, and follows from changes of events, besides places; with the tables that it needs.
  struct More {
    const Letters* letters = nullptr;
    std::vector<const EventObserver*> observers;
    std::vector<const storage::MigrationSet*> tables;
  };

  explicit Attending(storage::Engine engine = storage::Engine::kSqlite) : Attending(engine, More()) {}
  Attending(storage::Engine engine, More more);

  Arranging& arranging() { return arranging_; }
  storage::Database& database() { return arranging_.database(); }
  const Registrations& registrations() const { return registrations_; }
  const Attendance& attendance() const { return attendance_; }
  const Attendees& attendees() const { return attendees_; }
  const RegistrationParts& parts() const { return parts_; }

  // A published event far ahead with these places; `change` before it is created. Answers its name.
  std::string Event(int capacity, v1::Admission::WaitingListPolicy policy,
                    const std::function<void(v1::Event*)>& change = nullptr);
  v1::Event Read(const std::string& event);

  static access::Caller Member(const std::string& name);
  static access::Caller Editor();
  static v1::Registration Person(const std::string& name, common::v1::Profession::Code profession);

  // One write transaction: `work(tx)` returns StatusOr<Result>.
  template <typename Work>
  auto Write(Work work) {
    return testing::InWrite(database(), std::move(work));
  }
  template <typename Work>
  auto Look(Work work) {
    return testing::InRead(database(), std::move(work));
  }

  // A member registers.
  absl::StatusOr<v1::Registration> Register(const std::string& event, const std::string& member,
                                            common::v1::Profession::Code profession = common::v1::Profession::POLICE,
                                            const std::function<void(v1::Registration*)>& change = nullptr);
  // A method of Registrations that takes author, name and token.
  using Act = absl::StatusOr<v1::Registration> (Registrations::*)(storage::Transaction&, const Author&,
                                                                  std::string_view, std::string_view) const;
  absl::StatusOr<v1::Registration> Do(Act act, const access::Caller& caller, const std::string& name,
                                      const std::string& token = "");
  absl::StatusOr<v1::Registration> Get(const access::Caller& caller, const std::string& name,
                                       const std::string& token = "");
  // As those who arrange it see it.
  v1::Registration Now(const std::string& name);
  v1::SeatCount Seats(const std::string& event);
  // What the counts would be if they were made anew from the registrations.
  SeatCounts Recount(const std::string& event);
  SeatCounts Counts(const std::string& event);
  // The change log from the beginning.
  std::vector<changes::Change> Changes();
  // The link of a registration, as it was mailed.
  std::string LinkOf(const std::string& name);
  // Everything of an event runs out now.
  void PassDeadlines(const std::string& event);

 private:
  const SqlRegistrationStore store_;
  const personal::Pepper pepper_;
  const personal::Vault vault_;
  const RegistrationParts parts_;
  const Registrations registrations_;
  const Attendance attendance_;
  const Attendees attendees_;
  const SeatsFollowEvents seats_;
  Arranging arranging_;
};

}  // namespace schutznetz::events
