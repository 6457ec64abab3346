// P3 and P4 through the whole stack: 500 clients want 30 places, while some leave, the capacity changes and events
// servers are killed (kill -9): on SQLite one server behind three gateways, on PostgreSQL three replicas, each behind a
// gateway of its own. The database records every change of a place; a model checks the history of every instant
// afterwards, and what was acknowledged.
//
// Every fifth client is a member who registers with their own account; the others are registered by who arranges the
// event. SCHUTZNETZ_SEAT_SEEDS sets the number of seeds (default 2; 20 with SCHUTZNETZ_LONG).
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <iostream>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/environment.h"
#include "services/common/testing/eventually.h"
#include "services/events/domain/seats_history.h"
#include "services/events/events_server.h"
#include "tests/e2e/raw_calls.h"
#include "tests/e2e/seats_client.h"

namespace schutznetz::e2e {
namespace {

using events::v1::Registration;

constexpr int kPlaces = 30;
constexpr int kSteps = 3;
constexpr int kKills = 3;
constexpr int kGateways = 3;

// Fewer where servers are slow by an order of magnitude, so that every client is answered within its patience.
int Clients() {
  static const int clients = testing::FromEnvironment("SCHUTZNETZ_SEAT_CLIENTS", 500);
  return clients;
}

bool HasAccount(int client) { return client % 5 == 0; }
std::string SubjectOf(int client) { return HasAccount(client) ? absl::StrCat("attendee-", client) : kStaff; }
std::string IdIn(const std::string& event) { return event.substr(event.find('/') + 1); }

class SeatsTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  SeatsTest() : installation_(GetParam()) {
    installation_.events().Stop(SIGTERM);
    events::RecordHistory(*OpenDatabase());
    installation_.StartEvents();
    servers_.push_back(installation_.first_events());
    for (int i = 0; i < kGateways; ++i) {
      const bool own_server = i > 0 && GetParam() == storage::Engine::kPostgres;
      if (own_server) servers_.push_back(installation_.AddEvents());
      gateways_.push_back(installation_.AddGateway(installation_.directory_port(), 100'000, servers_.back().port).port);
    }
    organization_ = TextOf(
        MustWrite(installation_, kStaff, "/v1/organizations", R"({"displayName":"Musterstelle","land":"lands/DE-NW"})"),
        "name");
    for (int i = 0; i < Clients(); ++i) {
      if (HasAccount(i)) NewMember(installation_, SubjectOf(i));
    }
  }

  // The first server must be stopped.
  std::unique_ptr<storage::Database> OpenDatabase() {
    auto opened = storage::Open(installation_.events_database().options(), events::EventsMigrations());
    if (!opened.ok()) {
      std::cerr << opened.status() << "\n";
      std::abort();
    }
    return *std::move(opened);
  }

  cli::Connection ConnectionOf(int gateway, const std::string& subject) const {
    return {absl::StrCat("http://127.0.0.1:", gateways_[static_cast<size_t>(gateway % kGateways)]),
            installation_.TokenOf(subject), 30};
  }

  std::string NewEvent() const {
    const std::string body = absl::StrCat(
        R"({"displayName":"Fachtag","type":"WORKSHOP","state":"PUBLISHED","land":"lands/DE-NW","organizer":")",
        organization_, R"(","sessions":[{"startTime":"2090-01-01T09:00:00Z","endTime":"2090-01-01T12:00:00Z",)",
        R"("place":{"city":"Köln"}}],"admission":{"capacity":)", kPlaces,
        R"(,"waitingListPolicy":"STRICT_ORDER","waitingListMax":10000}})");
    return TextOf(MustWrite(installation_, kStaff, "/v1/events", body), "name");
  }

  // A place more, or one or two less, until the clients are done; what is below those taken is refused. Nothing else
  // changes the event: were its etag touched by a registration, a change would be refused for it.
  void ChangeCapacity(const std::string& event, unsigned seed) {
    std::mt19937 random(seed);
    cli::HttpClient http(ConnectionOf(static_cast<int>(seed), kStaff));
    const std::string path = absl::StrCat("/v1/", event);
    int capacity = kPlaces;
    for (int i = 0; !done_ && !HasFailure(); ++i) {
      const cli::Response now = SendUntilAnswered(http, "GET", path, {}, "");
      ASSERT_EQ(now.status, 200) << now.body;
      const int next = random() % 2 == 0 ? capacity + 1 : capacity - 1 - static_cast<int>(random() % 2);
      const cli::Response changed = SendUntilAnswered(
          http, "PATCH", path,
          {{"updateMask", "admission.capacity"}, {"requestId", absl::StrCat("capacity-", IdIn(event), "-", i)}},
          absl::StrCat(R"({"etag":")", TextOf(now.body, "etag"), R"(","admission":{"capacity":)", next, "}}"));
      if (changed.status == 200) {
        capacity = next;
        continue;
      }
      EXPECT_TRUE(changed.status == 400 && absl::StrContains(changed.body, "PLACES_TAKEN")) << changed.body;
      ++refused_capacities_;
    }
  }

  void RunSeed(unsigned seed) {
    const std::string event = NewEvent();
    acknowledged_ = 0;
    refused_capacities_ = 0;
    done_ = false;
    std::deque<SeatsClient> clients;
    std::vector<std::thread> threads;
    for (int i = 0; i < Clients(); ++i) {
      SeatsClient& client = clients.emplace_back(i, !HasAccount(i), ConnectionOf(i, SubjectOf(i)),
                                                 ConnectionOf(i + 1, SubjectOf(i)), event, acknowledged_);
      threads.emplace_back([&client, seed, i] {
        std::mt19937 random(seed * 1000 + static_cast<unsigned>(i));
        client.Live(kSteps, random);
      });
    }
    std::thread capacity([&] { ChangeCapacity(event, seed); });
    KillServers(seed);
    for (std::thread& thread : threads) thread.join();
    done_ = true;
    capacity.join();
    Check(event, clients);
  }

  void KillServers(unsigned seed) {
    std::mt19937 random(seed);
    for (int kill = 1; kill <= kKills && !HasFailure(); ++kill) {
      const int until = kill * Clients() * 3 / 10 + static_cast<int>(random() % (static_cast<unsigned>(Clients()) / 5));
      EXPECT_TRUE(testing::Eventually([&] { return acknowledged_ >= until || HasFailure(); }, absl::Minutes(2)));
      installation_.KillEvents(servers_[random() % servers_.size()]);
    }
  }

  void Check(const std::string& event, const std::deque<SeatsClient>& clients) {
    installation_.events().Stop(SIGTERM);
    const auto history = events::ReadHistory(*OpenDatabase());
    installation_.StartEvents();
    events::SeatsModel model(IdIn(event), kPlaces);
    for (const auto& transaction : history) model.Apply(transaction);
    size_t acknowledged = 0;
    for (const SeatsClient& client : clients) {
      acknowledged += client.made().size();
      for (const std::string& id : client.made()) {
        EXPECT_NE(model.StateOf(id), Registration::STATE_UNSPECIFIED) << id << " was acknowledged and is lost";
      }
      for (const std::string& id : client.cancelled()) {
        EXPECT_EQ(model.StateOf(id), Registration::CANCELLED) << id << " was cancelled and is not";
      }
    }
    size_t made = 0;
    for (const auto& [person, count] : model.made_for()) made += static_cast<size_t>(count);
    EXPECT_EQ(made, acknowledged) << "one effect per key";
    EXPECT_GT(model.offers(), 0);
    EXPECT_GT(model.capacities(), 0);
    std::cout << "figure: seats through " << kGateways << " gateways, " << servers_.size() << " servers on "
              << (GetParam() == storage::Engine::kSqlite ? "SQLite" : "PostgreSQL") << ": " << made
              << " registrations of " << Clients() << " clients, " << model.offers() << " offers, "
              << model.capacities() << " changes of the capacity, " << kKills << " kills, most places taken "
              << model.most_taken() << "\n";
  }

  Installation installation_;
  std::vector<Installation::Replica> servers_;
  std::vector<int> gateways_;
  std::string organization_;
  std::atomic<int> acknowledged_ = 0;
  std::atomic<int> refused_capacities_ = 0;
  std::atomic<bool> done_ = false;
};

TEST_P(SeatsTest, HundredsOfClientsAndThirtyPlaces) {
  for (int seed = 1; seed <= testing::SeatSeeds() && !HasFailure(); ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    RunSeed(static_cast<unsigned>(seed));
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, SeatsTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::e2e
