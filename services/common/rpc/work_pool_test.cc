#include "services/common/rpc/work_pool.h"

#include <future>

#include "gtest/gtest.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::rpc {
namespace {

using testing::Eventually;
using testing::FakeClock;
using testing::HasReason;

// A pool of one thread that is kept busy until Release().
class WorkPoolTest : public ::testing::Test {
 protected:
  WorkPoolTest() {
    PoolJob blocker;
    blocker.run = [this](const absl::Status&) { released_.get_future().wait(); };
    EXPECT_TRUE(pool_.Submit(blocker));
    EXPECT_TRUE(Eventually([this] { return pool_.waiting() == 0; }));
  }
  ~WorkPoolTest() override { Release(); }

  void Release() {
    if (!std::exchange(is_released_, true)) released_.set_value();
  }

  // Submits a job that notes `name` and its status.
  bool Submit(const std::string& name, bool is_first = false, absl::Time deadline = absl::InfiniteFuture(),
              const std::atomic<bool>* cancelled = nullptr) {
    PoolJob job;
    job.deadline = deadline;
    job.cancelled = cancelled;
    job.is_first = is_first;
    job.run = [this, name](const absl::Status& status) { done_.emplace_back(name, status); };
    return pool_.Submit(job);
  }

  std::promise<void> released_;
  bool is_released_ = false;
  FakeClock clock_;
  std::vector<std::pair<std::string, absl::Status>> done_;  // by the pool's thread, read after Stop
  WorkPool pool_{1, 4, clock_};
};

TEST_F(WorkPoolTest, HelpGoesFirst) {
  EXPECT_TRUE(Submit("read"));
  EXPECT_TRUE(Submit("help", /*is_first=*/true));
  EXPECT_EQ(pool_.waiting(), 2u);
  Release();
  EXPECT_TRUE(Eventually([this] { return pool_.waiting() == 0; }));
  pool_.Stop();
  ASSERT_EQ(done_.size(), 2u);
  EXPECT_EQ(done_[0].first, "help");
  EXPECT_TRUE(done_[0].second.ok());
}

TEST_F(WorkPoolTest, FullPoolRefusesButKeepsRoomForHelp) {
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(Submit("read"));
  EXPECT_FALSE(Submit("read"));
  EXPECT_TRUE(Submit("help", /*is_first=*/true));
  EXPECT_FALSE(Submit("help", /*is_first=*/true));
}

TEST_F(WorkPoolTest, NothingStartsAfterItsDeadlineOrForNobody) {
  const std::atomic<bool> cancelled{true};
  EXPECT_TRUE(Submit("late", false, clock_.Now() + absl::Seconds(1)));
  EXPECT_TRUE(Submit("gone", false, absl::InfiniteFuture(), &cancelled));
  clock_.Advance(absl::Seconds(1));
  Release();
  EXPECT_TRUE(Eventually([this] { return pool_.waiting() == 0; }));
  pool_.Stop();
  ASSERT_EQ(done_.size(), 2u);
  EXPECT_THAT(done_[0].second, HasReason("DEADLINE_PASSED"));
  EXPECT_THAT(done_[1].second, HasReason("CALL_CANCELLED"));
}

TEST_F(WorkPoolTest, StopEndsWhatWaits) {
  WorkPool pool(1, 1'000'000, clock_);
  std::promise<void> running;
  std::promise<void> release;
  PoolJob blocker;
  blocker.run = [&](const absl::Status&) {
    running.set_value();
    release.get_future().wait();
  };
  ASSERT_TRUE(pool.Submit(blocker));
  running.get_future().wait();
  std::vector<absl::Status> ends;
  const auto submit = [&] {
    PoolJob job;
    job.run = [&](const absl::Status& status) { ends.push_back(status); };
    return pool.Submit(job);
  };
  ASSERT_TRUE(submit());
  std::thread stopper([&] { pool.Stop(); });
  EXPECT_TRUE(Eventually([&] { return !submit(); }));  // refused: Stop has begun
  release.set_value();
  stopper.join();
  for (const absl::Status& end : ends) EXPECT_THAT(end, HasReason("TEMPORARILY_UNAVAILABLE"));
}

}  // namespace
}  // namespace schutznetz::rpc
