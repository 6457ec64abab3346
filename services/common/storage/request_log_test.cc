#include "services/common/storage/request_log.h"

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "services/common/errors/errors.h"
#include "services/common/storage/testing/items.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::storage {
namespace {

constexpr RequestKey kKey = {.principal = "editor-1", .method = "Create", .request_id = "r-1"};

class RequestLogTest : public ::testing::TestWithParam<Engine> {
 protected:
  // A write with an effect: takes the next free item and answers with its number.
  absl::StatusOr<std::string> Create(const RequestKey& key, const std::string& digest) {
    std::string answer;
    const auto commit = temp_.database().WriteAndWait([&](Transaction& tx) -> absl::Status {
      const auto known = BeginRequest(tx, key, digest);
      if (!known.ok()) return known.status();
      if (known->has_value()) {
        answer = **known;
        return absl::OkStatus();
      }
      const int64_t id = next_id_++;
      if (absl::Status status = InsertItem(tx, id); !status.ok()) return status;
      answer = "item " + std::to_string(id);
      return FinishRequest(tx, key, answer);
    });
    if (!commit.ok()) return commit.status();
    return answer;
  }

  testing::TempDatabase temp_{GetParam(), {&ItemMigrations()}};
  std::atomic<int64_t> next_id_{1};
};

INSTANTIATE_TEST_SUITE_P(Engines, RequestLogTest, testing::AllEngines(), testing::EngineName);

TEST_P(RequestLogTest, ARepeatedRequestGetsTheSameAnswerAndNoSecondEffect) {
  EXPECT_EQ(*Create(kKey, "digest"), "item 1");
  EXPECT_EQ(*Create(kKey, "digest"), "item 1");
  EXPECT_EQ(ItemIds(temp_.database()).size(), 1U);
}

TEST_P(RequestLogTest, TheAnswerSurvivesARestart) {
  EXPECT_EQ(*Create(kKey, "digest"), "item 1");
  temp_.Reopen();
  EXPECT_EQ(*Create(kKey, "digest"), "item 1");
}

TEST_P(RequestLogTest, AnotherRequestUnderTheSameIdIsRefused) {
  EXPECT_TRUE(Create(kKey, "digest").ok());
  const absl::Status status = Create(kKey, "other digest").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(errors::ReasonOf(status), "REQUEST_ID_REUSED");
}

TEST_P(RequestLogTest, IdsOfOtherCallersAndMethodsAreOthers) {
  EXPECT_EQ(*Create(kKey, "a"), "item 1");
  EXPECT_EQ(*Create({.principal = "editor-2", .method = "Create", .request_id = "r-1"}, "b"), "item 2");
  EXPECT_EQ(*Create({.principal = "editor-1", .method = "Delete", .request_id = "r-1"}, "c"), "item 3");
}

TEST_P(RequestLogTest, ARefusedRequestMayBeRepeated) {
  const auto refused = temp_.database().WriteAndWait([](Transaction& tx) -> absl::Status {
    EXPECT_FALSE(BeginRequest(tx, kKey, "digest")->has_value());
    return absl::AbortedError("refused");
  });
  EXPECT_FALSE(refused.ok());
  EXPECT_EQ(*Create(kKey, "digest"), "item 1");
}

TEST_P(RequestLogTest, AClaimThatWasNeverFinishedIsABugAndSaysSo) {
  ASSERT_TRUE(
      temp_.database().WriteAndWait([](Transaction& tx) { return BeginRequest(tx, kKey, "digest").status(); }).ok());
  EXPECT_EQ(Create(kKey, "digest").status().code(), absl::StatusCode::kInternal);
}

TEST_P(RequestLogTest, FiftyTwinsHaveOneEffect) {
  std::vector<std::thread> threads;
  std::vector<std::string> answers(50);
  for (std::string& answer : answers) {
    threads.emplace_back([&] { answer = Create(kKey, "digest").value_or("refused"); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(answers.begin(), answers.end()).size(), 1U) << answers[0];
  EXPECT_EQ(ItemIds(temp_.database()).size(), 1U);
}

TEST_P(RequestLogTest, OldAnswersArePruned) {
  EXPECT_EQ(*Create(kKey, "digest"), "item 1");
  EXPECT_EQ(*Create({.principal = "editor-1", .method = "Create", .request_id = "r-2"}, "digest"), "item 2");
  EXPECT_EQ(*PruneRequests(temp_.database(), absl::Now() - kRequestKept), 0);
  EXPECT_EQ(*PruneRequests(temp_.database(), absl::Now() + absl::Seconds(1), 1), 1);
  EXPECT_EQ(*PruneRequests(temp_.database(), absl::Now() + absl::Seconds(1)), 1);
  EXPECT_EQ(*Create(kKey, "digest"), "item 3");
}

}  // namespace
}  // namespace schutznetz::storage
