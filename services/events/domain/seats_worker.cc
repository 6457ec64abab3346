// A replica of the rules of registrations that a test kills: people register, leave, and take or turn down what they
// are offered, and the capacity changes, all at once. Prints what was acknowledged:
//   made PERSON KEY NAME      the answer to the person's KEY-th request
//   cancelled NAME
// usage: seats_worker sqlite|postgres PATH|CONNECTION SCHEMA EVENT FIRST_PERSON END_PERSON SEED
//
// Started again it repeats every request of every person from the first on: what was done stays done.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "services/common/errors/macros.h"
#include "services/common/personal/personal_store.h"
#include "services/common/record/present.h"
#include "services/common/record/record_store.h"
#include "services/common/rpc/digest.h"
#include "services/common/storage/open.h"
#include "services/common/storage/request_log.h"
#include "services/common/testing/callers.h"
#include "services/events/domain/events.h"
#include "services/events/domain/events_rules.h"
#include "services/events/domain/registrations.h"
#include "services/events/domain/seats_follow_events.h"
#include "services/events/store/sql_registration_store.h"

namespace {

using namespace schutznetz;  // NOLINT: a program of its own
using events::v1::Registration;
using storage::Transaction;

constexpr int kThreads = 25;
constexpr int kStepsMax = 6;

[[noreturn]] void Fail(const absl::Status& status) {
  std::fprintf(stderr, "seats_worker: %s\n", std::string(status.message()).c_str());
  std::exit(1);
}

class Worker {
 public:
  Worker(storage::Database& database, std::string event, unsigned seed)
      : database_(database), event_(std::move(event)), seed_(seed) {}

  void Run(int first, int end) {
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([this, t, first, end] {
        std::mt19937 random(seed_ + static_cast<unsigned>(t));
        for (int person = first + t; person < end; person += kThreads) Live(person, random);
      });
    }
    std::thread capacity([this] { ChangeCapacity(); });
    for (std::thread& thread : threads) thread.join();
    done_ = true;
    capacity.join();
  }

 private:
  // Waits out what is busy; other errors are answers.
  template <typename Work>
  absl::Status Write(Work work) {
    for (;;) {
      const absl::Status status = database_.WriteAndWait(work).status();
      if (!absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status)) return status;
    }
  }

  // One person's life: everything from the first request on, then some steps.
  void Live(int person, std::mt19937& random) {
    const access::Caller caller =
        access::Caller::Granted("members/p" + std::to_string(person), {.roles = {access::Role::kProfessional}});
    int key = 0;
    std::string name = Register(caller, person, key);
    for (int step = 0; step < kStepsMax; ++step) {
      const Registration::State state = StateOf(caller, name);
      if (state == Registration::CANCELLED) {
        name = Register(caller, person, ++key);
      } else if (random() % 2 == 0) {
        if (Do(&events::Registrations::Cancel, caller, name).ok()) Say("cancelled " + name);
      } else {
        Do(random() % 4 == 0 ? &events::Registrations::Decline : &events::Registrations::Accept, caller, name)
            .IgnoreError();  // refused unless a place is offered
      }
    }
  }

  std::string Register(const access::Caller& caller, int person, int key) {
    Registration said;
    said.set_display_name("Musterfrau " + std::to_string(person));
    said.set_email("p" + std::to_string(person) + "@example.org");
    said.set_profession(common::v1::Profession::POLICE);
    const std::string id = std::to_string(key);
    const storage::RequestKey request = {caller.principal(), "CreateRegistration", id};
    std::string name;
    // As rpc::Writes does it around the same function.
    const absl::Status status = Write([&](Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const std::optional<std::string> known,
                       storage::BeginRequest(tx, request, rpc::Sha256(said.SerializeAsString())));
      if (known) {
        name = *known;
        return absl::OkStatus();
      }
      ASSIGN_OR_RETURN(const Registration made, registrations_.Create(tx, {caller, {}}, event_, said));
      name = made.name();
      return storage::FinishRequest(tx, request, name);
    });
    if (!status.ok()) Fail(status);
    Say("made " + std::to_string(person) + " " + id + " " + name);
    return name;
  }

  using Act = absl::StatusOr<Registration> (events::Registrations::*)(Transaction&, const record::Author&,
                                                                      std::string_view, std::string_view) const;
  absl::Status Do(Act act, const access::Caller& caller, const std::string& name) {
    return Write([&](Transaction& tx) { return (registrations_.*act)(tx, {caller, {}}, name, {}).status(); });
  }

  Registration::State StateOf(const access::Caller& caller, const std::string& name) {
    Registration now;
    const absl::Status status = database_.Read([&](storage::ReadTransaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(now, registrations_.Get(tx, caller, name, {}, absl::Now()));
      return absl::OkStatus();
    });
    if (!status.ok()) Fail(status);
    return now.state();
  }

  // Between 20 and 40 places; what is below those taken is refused.
  void ChangeCapacity() {
    const access::Caller editor = testing::Staff();
    std::mt19937 random(seed_);
    while (!done_) {
      const auto capacity = static_cast<int>(20 + random() % 21);
      Write([&](Transaction& tx) -> absl::Status {
        ASSIGN_OR_RETURN(const auto record, record::Get(tx, {events::kEventKind, events::EventIdIn(event_)}));
        ASSIGN_OR_RETURN(const record::Presented shown,
                         record::Present(*record, rules_.event().table(), wire::LevelSet::All(), {}));
        events::v1::UpdateEventRequest update;
        update.mutable_event()->set_name(event_);
        update.mutable_event()->set_etag(shown.etag);
        update.mutable_event()->mutable_admission()->set_capacity(capacity);
        update.mutable_update_mask()->add_paths("admission.capacity");
        return events_.Update(tx, {editor, {}}, update).status();
      }).IgnoreError();
    }
  }

  void Say(const std::string& line) {
    const std::lock_guard lock(mutex_);
    std::puts(line.c_str());
    std::fflush(stdout);
  }

  storage::Database& database_;
  const std::string event_;
  const unsigned seed_;
  const std::unique_ptr<const wire::Tables> tables_ = *wire::Tables::Build({events::v1::Event::descriptor()});
  const events::EventsRules rules_{*tables_};
  const record::StandardMethods methods_{rules_.all()};
  const events::SqlRegistrationStore store_;
  const personal::Pepper pepper_ = *personal::Pepper::FromText(std::string(32, 'p'));
  const personal::Vault vault_{*rpc::Sealer::FromKeyText(std::string(64, 'a'))};
  const events::Registrations registrations_{{store_, vault_, pepper_}};
  const events::SeatsFollowEvents follow_{registrations_};
  const events::Events events_{methods_, rules_.event(), {&follow_}};
  std::mutex mutex_;
  std::atomic<bool> done_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) return 2;
  storage::DatabaseOptions options;
  const bool sqlite = std::string(argv[1]) == "sqlite";
  options.engine = sqlite ? storage::Engine::kSqlite : storage::Engine::kPostgres;
  (sqlite ? options.path : options.connection_string) = argv[2];
  options.schema = argv[3];
  const auto database = storage::Open(
      options, {&record::RecordMigrations(), &personal::PersonalMigrations(), &events::RegistrationMigrations()});
  if (!database.ok()) Fail(database.status());
  Worker worker(**database, argv[4], static_cast<unsigned>(std::atoi(argv[7])));
  worker.Run(std::atoi(argv[5]), std::atoi(argv[6]));
  return 0;
}
