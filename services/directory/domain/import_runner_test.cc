// The thread that applies imports: early answers, repeated requests, stopping.
#include "services/directory/domain/import_runner.h"

#include <future>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/matchers.h"
#include "services/directory/domain/import_fixture.h"

namespace schutznetz::directory {
namespace {

using schutznetz::testing::Eventually;
using schutznetz::testing::FakeClock;
using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using Outcome = absl::StatusOr<ImportApplier::Applied>;

std::string Postcodes(int count) {
  std::string file;
  for (int i = 0; i < count; ++i) file += PostcodeLine(absl::StrFormat("%05d", 20000 + i), "Ort", "02000", 53.5, 10);
  return file;
}

class ImportRunnerTest : public ::testing::Test {
 protected:
  struct Running {
    ImportRunner::Job job;
    std::future<Outcome> outcome;
  };
  Running JobFor(const v1::Import& import) {
    Running running;
    running.job.id = *Imports::IdOf(import.name());
    auto promise = std::make_shared<std::promise<Outcome>>();
    running.outcome = promise->get_future();
    running.job.done = [promise](Outcome outcome) { promise->set_value(std::move(outcome)); };
    return running;
  }
  v1::Import Stored(const v1::Import& import) {
    v1::Import stored;
    const auto read = [&](storage::ReadTransaction& tx) {
      stored = *importing_.imports().Get(tx, import.name());
      return absl::OkStatus();
    };
    EXPECT_THAT(importing_.database().Read(read), IsOk());
    return stored;
  }

  Importing importing_{storage::Engine::kSqlite};
  const ImportApplier applier_ = importing_.applier();
  FakeClock clock_;
};

TEST_F(ImportRunnerTest, AppliesAndAnswersWithThePosition) {
  ImportRunner runner(applier_, clock_, {});
  Running running = JobFor(importing_.Received(kPostcodeFile, Postcodes(3)));
  runner.Submit(std::move(running.job));
  const Outcome outcome = running.outcome.get();
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->import.state(), v1::Import::APPLIED);
  EXPECT_EQ(outcome->position.number, 3);
}

TEST_F(ImportRunnerTest, ALateCallerIsAnsweredWhileTheWorkGoesOn) {
  const v1::Import import = importing_.Received(kPostcodeFile, Postcodes(1200));
  ImportRunner runner(applier_, clock_, {});
  Running running = JobFor(import);
  running.job.answer_by = clock_.Now();
  runner.Submit(std::move(running.job));
  const Outcome outcome = running.outcome.get();
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->import.state(), v1::Import::APPLYING);
  EXPECT_TRUE(Eventually([&] { return Stored(import).state() == v1::Import::APPLIED; }));
  EXPECT_EQ(Stored(import).effect().created(), 1200);
}

TEST_F(ImportRunnerTest, AKnownAnswerIsGivenAgain) {
  ImportRunner runner(applier_, clock_, {});
  Running running = JobFor(importing_.Received(kPostcodeFile, Postcodes(1)));
  running.job.known = [] {
    v1::Import known;
    known.set_name("imports/von-frueher");
    return std::optional<v1::Import>(known);
  };
  runner.Submit(std::move(running.job));
  EXPECT_EQ(running.outcome.get()->import.name(), "imports/von-frueher");
}

TEST_F(ImportRunnerTest, AFailureIsAnswered) {
  ImportRunner runner(applier_, clock_, {});
  Running missing = JobFor([] {
    v1::Import import;
    import.set_name("imports/gibt-es-nicht");
    return import;
  }());
  runner.Submit(std::move(missing.job));
  EXPECT_THAT(missing.outcome.get(), HasReason("RESOURCE_NOT_FOUND"));
}

TEST_F(ImportRunnerTest, AStoppedImportIsEndedByTheNextStart) {
  const v1::Import import = importing_.Received(kPostcodeFile, Postcodes(3000));
  {
    ImportRunner runner(applier_, clock_, {});
    Running running = JobFor(import);
    running.job.answer_by = clock_.Now();  // answered after the first step, then stopped
    runner.Submit(std::move(running.job));
    ASSERT_THAT(running.outcome.get(), IsOk());
  }
  ImportRunner next(applier_, clock_, {});
  EXPECT_TRUE(Eventually([&] { return Stored(import).state() == v1::Import::APPLIED; }));
  EXPECT_EQ(Stored(import).effect().created(), 3000);
  EXPECT_EQ(importing_.ChangeCount(), 3000);
}

TEST_F(ImportRunnerTest, TooManyWaitingCallersAreRefused) {
  std::promise<void> hold;
  ImportRunner runner(applier_, clock_, {});
  Running first = JobFor(importing_.Received(kPostcodeFile, Postcodes(1)));
  first.job.known = [held = hold.get_future().share()]() -> absl::StatusOr<std::optional<v1::Import>> {
    held.wait();
    return std::nullopt;
  };
  runner.Submit(std::move(first.job));
  std::vector<std::future<Outcome>> outcomes;
  for (int i = 0; i < 12; ++i) {
    Running more = JobFor([] {
      v1::Import import;
      import.set_name("imports/gibt-es-nicht");
      return import;
    }());
    runner.Submit(std::move(more.job));
    outcomes.push_back(std::move(more.outcome));
  }
  hold.set_value();
  ASSERT_THAT(first.outcome.get(), IsOk());
  EXPECT_THAT(outcomes.front().get(), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(outcomes.back().get(), HasReason("TEMPORARILY_UNAVAILABLE"));
}

}  // namespace
}  // namespace schutznetz::directory
