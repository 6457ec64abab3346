// P1 and P2 through the whole stack: the directory server is killed under load; what was answered is there.
#include <signal.h>

#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/environment.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/matchers.h"
#include "tests/e2e/caller.h"

namespace schutznetz::e2e {
namespace {

using namespace directory::v1;  // NOLINT: requests and resources of one contract

class KillTest : public ::testing::TestWithParam<storage::Engine> {};

int Rounds() { return testing::FromEnvironment("SCHUTZNETZ_KILL_ROUNDS", 5); }

// One round: writers that create organizations through the gateway until the server was killed; what was acknowledged
// is kept.
class Round {
 public:
  Round(const Installation& installation, int number, int writers) : installation_(installation), number_(number) {
    for (int i = 0; i < writers; ++i) writers_.emplace_back([this, i] { Write(i); });
  }
  int acknowledged_count() const { return count_; }
  // After the kill: the names that were acknowledged.
  std::vector<std::string> Join() {
    killed_ = true;
    for (std::thread& writer : writers_) writer.join();
    return std::move(acknowledged_);
  }

 private:
  void Write(int writer) {
    auto editor = MakeRestCaller(installation_, kStaff);
    for (int i = 0; !killed_; ++i) {
      CreateOrganizationRequest request;
      request.mutable_organization()->set_display_name("Musterstelle unter Last");
      request.set_organization_id(absl::StrCat("load-", number_, "-", writer, "-", i));
      // A refusal is fine (the gateway may still be finding the server again); only what was acknowledged counts.
      auto made = editor->Do<Organization>("CreateOrganization", request);
      if (!made.ok()) continue;
      std::lock_guard lock(mutex_);
      acknowledged_.push_back(made->name());
      ++count_;
    }
  }

  const Installation& installation_;
  const int number_;
  std::atomic<int> count_ = 0;
  std::atomic<bool> killed_ = false;
  std::mutex mutex_;
  std::vector<std::string> acknowledged_;
  std::vector<std::thread> writers_;
};

TEST_P(KillTest, NoAcknowledgedWriteIsLostAndNoChangeStandsAlone) {
  Installation installation(GetParam());
  std::mt19937 random(std::random_device{}());
  std::vector<std::string> acknowledged;
  for (int number = 0; number < Rounds(); ++number) {
    Round round(installation, number, 8);
    const int until = 20 + static_cast<int>(random() % 200);
    EXPECT_TRUE(testing::Eventually([&] { return round.acknowledged_count() >= until; }));
    installation.directory().Stop(SIGKILL);
    for (std::string& name : round.Join()) acknowledged.push_back(std::move(name));
    installation.StartDirectory();
  }
  auto reader = MakeGrpcCaller(installation, kNobody);
  for (const std::string& name : acknowledged) {
    GetOrganizationRequest get;
    get.set_name(name);
    ASSERT_THAT(reader->Do<Organization>("GetOrganization", get), testing::IsOk())
        << name << " was acknowledged and is lost";
  }
  std::printf("figure: kill -9, %s: %d rounds, %zu acknowledged writes, none lost\n",
              GetParam() == storage::Engine::kSqlite ? "SQLite" : "PostgreSQL", Rounds(), acknowledged.size());

  // Each record has its change row and each change row its record.
  installation.directory().Stop(SIGTERM);
  installation.database().Reopen();
  int64_t records = 0, changes = 0, both = 0;
  const auto count = [&](std::string_view sql, int64_t* into) {
    return installation.database().database().Read(
        [&](storage::ReadTransaction& tx) {
          return tx.Query(storage::Sql::Uncached(sql), {}, [&](const storage::Row& row) {
            *into = row.Int(0);
            return absl::OkStatus();
          });
        },
        absl::Now() + absl::Seconds(30));
  };
  ASSERT_THAT(count("SELECT count(*) FROM record WHERE kind = 'organization'", &records), testing::IsOk());
  ASSERT_THAT(count("SELECT count(*) FROM changes WHERE kind = 'organization'", &changes), testing::IsOk());
  ASSERT_THAT(count("SELECT count(*) FROM record WHERE kind = 'organization' AND 'organizations/' || id IN "
                    "(SELECT name FROM changes WHERE kind = 'organization')",
                    &both),
              testing::IsOk());
  EXPECT_EQ(records, changes);
  EXPECT_EQ(records, both);
  EXPECT_GE(records, static_cast<int64_t>(acknowledged.size()));
}

INSTANTIATE_TEST_SUITE_P(Engines, KillTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::e2e
