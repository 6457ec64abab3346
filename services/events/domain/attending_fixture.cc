#include "services/events/domain/attending_fixture.h"

#include <cstdlib>
#include <iostream>

#include "services/common/errors/macros.h"
#include "services/common/testing/callers.h"
#include "services/events/domain/manage_link.h"

namespace schutznetz::events {
namespace {

using v1::Registration;

constexpr int64_t kFarAhead = 3'786'912'000;  // 2090-01-01, in seconds since 1970

template <typename T>
T MustBe(absl::StatusOr<T> result) {
  if (result.ok()) return *std::move(result);
  std::cerr << "fixture: " << result.status() << "\n";
  std::abort();
}

template <typename T>
std::vector<T> With(std::vector<T> first, std::vector<T> more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

std::string LastOf(const std::string& name) { return name.substr(name.rfind('/') + 1); }

}  // namespace

Attending::Attending(storage::Engine engine, More more)
    : pepper_(MustBe(personal::Pepper::FromText(std::string(32, 'p')))),
      vault_(MustBe(rpc::Sealer::FromKeyText(std::string(64, 'a')))),
      parts_{store_, vault_, pepper_, more.letters},
      registrations_(parts_),
      attendance_(parts_),
      attendees_(registrations_),
      seats_(registrations_),
      arranging_(engine, With<const EventObserver*>({&seats_}, std::move(more.observers)),
                 With<const storage::MigrationSet*>({&personal::PersonalMigrations(), &RegistrationMigrations()},
                                                    std::move(more.tables))) {}

std::string Attending::Event(int capacity, v1::Admission::WaitingListPolicy policy,
                             const std::function<void(v1::Event*)>& change) {
  v1::Event event = Arranging::Example();
  event.set_state(v1::Event::PUBLISHED);
  event.mutable_admission()->set_capacity(capacity);
  event.mutable_admission()->set_waiting_list_policy(policy);
  event.mutable_sessions(0)->mutable_start_time()->set_seconds(kFarAhead);
  event.mutable_sessions(0)->mutable_end_time()->set_seconds(kFarAhead + 3600);
  if (change) change(&event);
  return MustBe(arranging_.Create(event)).name();
}

v1::Event Attending::Read(const std::string& event) {
  auto stored = MustBe(Look([&](storage::ReadTransaction& tx) { return ReadEvent(tx, event); }));
  if (!stored) std::abort();
  return stored->event;
}

access::Caller Attending::Member(const std::string& name) {
  return access::Caller::Granted("members/" + name, {.roles = {access::Role::kProfessional}});
}

access::Caller Attending::Editor() { return testing::Staff(); }

Registration Attending::Person(const std::string& name, common::v1::Profession::Code profession) {
  Registration registration;
  registration.set_display_name("Musterfrau " + name);
  registration.set_email(name + "@example.org");
  registration.set_profession(profession);
  return registration;
}

absl::StatusOr<Registration> Attending::Register(const std::string& event, const std::string& member,
                                                 common::v1::Profession::Code profession,
                                                 const std::function<void(Registration*)>& change) {
  Registration said = Person(member, profession);
  if (change) change(&said);
  const access::Caller caller = Member(member);
  return Write([&](storage::Transaction& tx) { return registrations_.Create(tx, {caller, {}}, event, said); });
}

absl::StatusOr<Registration> Attending::Do(Act act, const access::Caller& caller, const std::string& name,
                                           const std::string& token) {
  return Write([&](storage::Transaction& tx) { return (registrations_.*act)(tx, {caller, {}}, name, token); });
}

absl::StatusOr<Registration> Attending::Get(const access::Caller& caller, const std::string& name,
                                            const std::string& token) {
  return Look([&](storage::ReadTransaction& tx) { return registrations_.Get(tx, caller, name, token, absl::Now()); });
}

Registration Attending::Now(const std::string& name) { return MustBe(Get(Editor(), name)); }

v1::SeatCount Attending::Seats(const std::string& event) {
  v1::ListRegistrationsRequest request;
  request.set_parent(event);
  request.set_page_size(1);
  int64_t last = 0;
  return MustBe(
             Look([&](storage::ReadTransaction& tx) { return registrations_.List(tx, Editor(), request, 0, &last); }))
      .seats();
}

SeatCounts Attending::Recount(const std::string& event) {
  const auto rows =
      MustBe(Look([&](storage::ReadTransaction& tx) { return store_.List(tx, EventIdIn(event), 0, 0, 100'000); }));
  SeatCounts counts;
  for (const RegistrationRow& row : rows) {
    if (HoldsPlace(static_cast<Registration::State>(row.state))) counts.Take(SplitPools(row.pools));
  }
  return counts;
}

SeatCounts Attending::Counts(const std::string& event) {
  const auto row = MustBe(Look([&](storage::ReadTransaction& tx) { return store_.Seats(tx, EventIdIn(event)); }));
  if (!row) std::abort();
  return MustBe(SeatCounts::Parse(row->counts));
}

std::vector<changes::Change> Attending::Changes() {
  return MustBe(Look([&](storage::ReadTransaction& tx) -> absl::StatusOr<std::vector<changes::Change>> {
    ASSIGN_OR_RETURN(const changes::LogState state, changes::ReadLogState(tx));
    return changes::ReadChanges(tx, {state.epoch, 0}, 1000);
  }));
}

std::string Attending::LinkOf(const std::string& name) {
  const auto row = MustBe(Look([&](storage::ReadTransaction& tx) { return store_.Find(tx, LastOf(name)); }));
  if (!row) std::abort();
  return ManageToken(pepper_, {row->id, row->link});
}

void Attending::PassDeadlines(const std::string& event) {
  MustBe(Write([&](storage::Transaction& tx) -> absl::StatusOr<int64_t> {
    RETURN_IF_ERROR(
        tx.Execute("UPDATE registration SET deadline_us = 1 WHERE event = ?1 AND deadline_us > 0", {EventIdIn(event)})
            .status());
    return tx.Execute("UPDATE seats SET next_deadline_us = 1 WHERE event = ?1", {EventIdIn(event)});
  }));
}

}  // namespace schutznetz::events
