// P3 and P4: 500 people want 30 places, while some leave, the capacity changes and servers are killed (kill -9): one
// replica on SQLite, three on PostgreSQL. The database records every change of a place; a model checks the history of
// every instant afterwards, and what was acknowledged.
//
// SCHUTZNETZ_SEAT_SEEDS sets the number of seeds (default 2; 20 with SCHUTZNETZ_LONG).
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/environment.h"
#include "services/events/domain/attending_fixture.h"
#include "services/events/domain/seats_history.h"

namespace schutznetz::events {
namespace {

using v1::Registration;

constexpr char kWorker[] = SCHUTZNETZ_BINARY_DIR "/test/events_seats_worker";
constexpr int kPeople = 500;
constexpr int kPlaces = 30;
constexpr int kKills = 3;

// A worker process and what it said.
class Replica {
 public:
  Replica(const storage::DatabaseOptions& options, const std::string& event, int first, int end, unsigned seed) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    const bool sqlite = options.engine == storage::Engine::kSqlite;
    std::vector<std::string> arguments = {kWorker,
                                          sqlite ? "sqlite" : "postgres",
                                          sqlite ? options.path : options.connection_string,
                                          options.schema,
                                          event,
                                          std::to_string(first),
                                          std::to_string(end),
                                          std::to_string(seed)};
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      execv(kWorker, pointers.data());
      _exit(127);
    }
    close(ends[1]);
    output_ = fdopen(ends[0], "r");
  }
  ~Replica() {
    if (pid_ > 0) Kill();
    std::fclose(output_);
  }
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  // Until there are so many lines, or it ended.
  void ReadUntil(size_t count) {
    char line[512];
    while (lines_.size() < count && std::fgets(line, sizeof line, output_) != nullptr) {
      const std::string text = line;
      if (text.back() == '\n') lines_.push_back(text.substr(0, text.size() - 1));  // else it was cut off
    }
  }
  void Kill() {
    kill(pid_, SIGKILL);
    Wait();
  }
  int Wait() {
    ReadUntil(static_cast<size_t>(-1));
    int status = 0;
    waitpid(std::exchange(pid_, -1), &status, 0);
    return status;
  }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  pid_t pid_ = -1;
  std::FILE* output_ = nullptr;
  std::vector<std::string> lines_;
};

// What was acknowledged by all replicas that ever ran.
struct Acknowledged {
  std::map<std::pair<std::string, std::string>, std::string> made;  // by person and key
  std::set<std::string> cancelled;                                  // ids

  void Take(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
      const std::vector<std::string> words = absl::StrSplit(line, ' ');
      if (words[0] == "cancelled") {
        cancelled.insert(IdOf(words[1]));
        continue;
      }
      const auto [known, added] = made.try_emplace({words[1], words[2]}, IdOf(words[3]));
      EXPECT_EQ(known->second, IdOf(words[3])) << "two answers to request " << words[2] << " of person " << words[1];
    }
  }
  static std::string IdOf(const std::string& name) { return name.substr(name.rfind('/') + 1); }
};

class SeatsKillTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  void RunSeed(unsigned seed) {
    Attending attending(GetParam());
    RecordHistory(attending.database());
    const std::string event = attending.Event(kPlaces, v1::Admission::STRICT_ORDER, [](v1::Event* e) {
      e->mutable_admission()->set_waiting_list_max(10'000);
    });
    attending.arranging().CloseDatabase();

    std::mt19937 random(seed);
    const int count = GetParam() == storage::Engine::kPostgres ? 3 : 1;
    Acknowledged acknowledged;
    std::vector<std::unique_ptr<Replica>> replicas(static_cast<size_t>(count));
    const auto start = [&](int i) {
      replicas[static_cast<size_t>(i)] =
          std::make_unique<Replica>(attending.arranging().options(), event, i * kPeople / count,
                                    (i + 1) * kPeople / count, static_cast<unsigned>(random() % 1'000'000));
    };
    for (int i = 0; i < count; ++i) start(i);
    for (int kills = 0; kills < kKills; ++kills) {
      const int victim = static_cast<int>(random() % static_cast<unsigned>(count));
      Replica& replica = *replicas[static_cast<size_t>(victim)];
      replica.ReadUntil(20 + random() % 200);
      replica.Kill();
      acknowledged.Take(replica.lines());
      start(victim);
    }
    for (const auto& replica : replicas) {
      const int status = replica->Wait();
      EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
      acknowledged.Take(replica->lines());
    }
    attending.arranging().ReopenDatabase();
    Check(attending, event, acknowledged);
  }

  void Check(Attending& attending, const std::string& event, const Acknowledged& acknowledged) {
    SeatsModel model(EventIdIn(event), kPlaces);
    const auto history = ReadHistory(attending.database());
    for (const auto& transaction : history) model.Apply(transaction);
    int made = 0;
    for (const auto& [person, count] : model.made_for()) made += count;
    for (const auto& [request, id] : acknowledged.made) {
      EXPECT_NE(model.StateOf(id), Registration::STATE_UNSPECIFIED) << id << " was acknowledged and is lost";
    }
    for (const std::string& id : acknowledged.cancelled) {
      EXPECT_EQ(model.StateOf(id), Registration::CANCELLED) << id << " was cancelled and is not";
    }
    // At the end every request that had an effect was answered: as many registrations as keys, no more.
    EXPECT_EQ(made, static_cast<int>(acknowledged.made.size())) << "one effect per key";
    EXPECT_EQ(attending.Counts(event).Text(), attending.Recount(event).Text());
    EXPECT_GT(model.offers(), 0);
    std::cout << "figure: seats on " << (GetParam() == storage::Engine::kSqlite ? "SQLite" : "PostgreSQL") << ": "
              << history.size() << " transactions, " << made << " registrations, " << model.offers() << " offers, "
              << model.capacities() << " changes of the capacity, " << kKills << " kills, most places taken "
              << model.most_taken() << "\n";
  }
};

TEST_P(SeatsKillTest, FiveHundredPeopleAndThirtyPlaces) {
  for (int seed = 1; seed <= testing::SeatSeeds() && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RunSeed(static_cast<unsigned>(seed));
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, SeatsKillTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::events
