// P1 and P2 through the whole stack: the directory server is killed under load; what was answered is there.
#include <signal.h>

#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/matchers.h"
#include "tests/e2e/caller.h"

namespace schutznetz::e2e {
namespace {

using namespace directory::v1;  // NOLINT: requests and resources of one contract

class KillTest : public ::testing::TestWithParam<storage::Engine> {};

int Rounds() {
  const char* text = std::getenv("SCHUTZNETZ_KILL_ROUNDS");
  return text == nullptr ? 5 : std::atoi(text);
}

// Creates organizations through the gateway until the server is gone; keeps the names that were acknowledged.
void WriteUntilKilled(const Installation& installation, int writer, int round, std::atomic<int>* acknowledged_count,
                      std::mutex* mutex, std::vector<std::string>* acknowledged) {
  auto editor = MakeRestCaller(installation, true);
  for (int i = 0;; ++i) {
    CreateOrganizationRequest request;
    request.mutable_organization()->set_display_name("Musterstelle unter Last");
    request.set_organization_id(absl::StrCat("load-", round, "-", writer, "-", i));
    try {
      auto made = editor->Do<Organization>("CreateOrganization", request);
      if (!made.ok()) return;
      std::lock_guard lock(*mutex);
      acknowledged->push_back(made->name());
      ++*acknowledged_count;
    } catch (const cli::Unreachable&) {
      return;
    }
  }
}

TEST_P(KillTest, NoAcknowledgedWriteIsLostAndNoChangeStandsAlone) {
  Installation installation(GetParam());
  std::mt19937 random(std::random_device{}());
  std::vector<std::string> acknowledged;
  std::mutex mutex;
  for (int round = 0; round < Rounds(); ++round) {
    std::atomic<int> count = 0;
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 8; ++writer) {
      writers.emplace_back(WriteUntilKilled, std::cref(installation), writer, round, &count, &mutex, &acknowledged);
    }
    const int until = 20 + static_cast<int>(random() % 200);
    EXPECT_TRUE(testing::Eventually([&] { return count >= until; }));
    installation.directory().Stop(SIGKILL);
    for (std::thread& writer : writers) writer.join();
    installation.StartDirectory();
  }
  auto reader = MakeGrpcCaller(installation, false);
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
          return tx.Query(storage::Sql(sql), {}, [&](const storage::Row& row) {
            *into = row.Int(0);
            return absl::OkStatus();
          });
        },
        absl::Now() + absl::Seconds(30));
  };
  ASSERT_THAT(count("SELECT count(*) FROM record WHERE kind = 'organization'", &records), testing::IsOk());
  ASSERT_THAT(count("SELECT count(*) FROM changes WHERE kind = 'organization'", &changes), testing::IsOk());
  ASSERT_THAT(count("SELECT count(*) FROM record r JOIN changes c ON c.name = 'organizations/' || r.id WHERE r.kind = "
                    "'organization'",
                    &both),
              testing::IsOk());
  EXPECT_EQ(records, changes);
  EXPECT_EQ(records, both);
  EXPECT_GE(records, static_cast<int64_t>(acknowledged.size()));
}

INSTANTIATE_TEST_SUITE_P(Engines, KillTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::e2e
