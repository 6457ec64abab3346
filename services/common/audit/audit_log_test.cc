// The log on both engines: what is written, in which order, and that every kind of tampering is found and located.
#include "services/common/audit/audit_log.h"

#include <future>
#include <iostream>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/audit/verifier.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::audit {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class AuditLogTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  AuditLogTest() { log_ = OpenLog(); }

  std::unique_ptr<AuditLog> OpenLog(int64_t checkpoint_entries = 1000) {
    auto log = AuditLog::Open(temp_.database(), key_, clock_,
                              {.name = "directory",
                               .emit =
                                   [this](std::string_view text) {
                                     const std::lock_guard lock(mutex_);
                                     emitted_.emplace_back(text);
                                   },
                               .checkpoint_entries = checkpoint_entries});
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }
  // What went to the log sink, which nobody who tampers can reach.
  std::vector<std::string> Emitted() {
    const std::lock_guard lock(mutex_);
    return emitted_;
  }

  absl::Status Append(const std::string& object) {
    return temp_.database()
        .WriteAndWait([&](storage::Transaction& tx) {
          return log_->Append(tx, {.principal = "members/a", .method = "GetService"},
                              {{Act::kRead, "service", object, {"phones"}}});
        })
        .status();
  }
  // Entries 1 … 10 with checkpoints after 5 and 9.
  void Fill() {
    for (int i = 1; i <= 10; ++i) {
      ASSERT_EQ(Append(absl::StrCat("services/a", i)), absl::OkStatus());
      if (i == 5 || i == 9) {
        ASSERT_TRUE(*log_->MakeCheckpoint());
      }
    }
  }

  std::vector<std::string> Export(int page_size = 4) {
    std::vector<std::string> lines;
    for (int64_t after = -1, next = 0; next > after;) {
      after = next;
      const auto page = log_->ReadPage(after, page_size, absl::InfiniteFuture());
      EXPECT_TRUE(page.ok()) << page.status();
      lines.insert(lines.end(), page->lines.begin(), page->lines.end());
      if (page->next == 0) break;
      next = page->next;
    }
    return lines;
  }
  Report Verify() {
    Verifier verifier({key_.public_key()});
    for (const std::string& checkpoint : Emitted()) verifier.AddCheckpoint(checkpoint);
    for (const std::string& line : Export()) verifier.AddLine(line);
    return verifier.Finish();
  }
  void ExpectFindings(const std::vector<std::tuple<Tampering, int64_t, int64_t>>& expected) {
    std::vector<std::tuple<Tampering, int64_t, int64_t>> found;
    for (const Finding& finding : Verify().findings) found.emplace_back(finding.tampering, finding.first, finding.last);
    EXPECT_EQ(found, expected);
  }

  // Changes the tables as whoever holds the database can.
  void Tamper(storage::Sql sql, std::vector<storage::Value> values) {
    ASSERT_EQ(temp_.database()
                  .WriteAndWait([&](storage::Transaction& tx) { return tx.Execute(sql, values).status(); })
                  .status(),
              absl::OkStatus());
  }
  void SetLine(int64_t sequence, const std::string& line) {
    Tamper("UPDATE audit_entries SET line = ?2 WHERE sequence = ?1", {sequence, line});
  }
  // The lines from `first` on with what `change` makes of each, chained anew.
  std::vector<std::string> Rechained(size_t first, const std::function<void(Entry&)>& change) {
    std::vector<std::string> lines = Export();
    for (size_t i = first - 1; i < lines.size(); ++i) {
      Entry entry = *ParseLine(lines[i]);
      change(entry);
      if (i > 0) entry.previous = HashOf(lines[i - 1]);
      lines[i] = LineOf(entry);
    }
    return lines;
  }

  const AuditKey key_ = AuditKey::Random();
  testing::FakeClock clock_;
  std::mutex mutex_;
  std::vector<std::string> emitted_;
  testing::TempDatabase temp_{GetParam(), {&AuditMigrations()}};
  std::unique_ptr<AuditLog> log_;
};

INSTANTIATE_TEST_SUITE_P(Engines, AuditLogTest, testing::AllEngines(), testing::EngineName);

TEST_P(AuditLogTest, EntriesComeBackInOrderAndChained) {
  Fill();
  const std::vector<std::string> lines = Export();
  ASSERT_THAT(lines, SizeIs(10));
  std::string previous = GenesisOf(ParseLine(lines[0])->log);
  for (int i = 1; i <= 10; ++i) {
    const auto entry = ParseLine(lines[static_cast<size_t>(i) - 1]);
    ASSERT_TRUE(entry.ok());
    EXPECT_EQ(entry->sequence, i);
    EXPECT_EQ(entry->fact.object, absl::StrCat("services/a", i));
    EXPECT_EQ(entry->actor, key_.Pseudonym("members/a"));
    EXPECT_EQ(entry->previous, previous);
    previous = HashOf(lines[static_cast<size_t>(i) - 1]);
  }
  const Report report = Verify();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.covered, 9);
  EXPECT_EQ(report.checkpoints, 2);
}

TEST_P(AuditLogTest, AnEntryIsThereExactlyIfItsWriteIs) {
  Fill();
  EXPECT_FALSE(temp_.database()
                   .WriteAndWait([&](storage::Transaction& tx) -> absl::Status {
                     EXPECT_EQ(log_->Append(tx, {}, {{Act::kGrant, "grant", "grants/a"}}), absl::OkStatus());
                     return absl::AbortedError("the write is refused");
                   })
                   .ok());
  EXPECT_THAT(Export(), SizeIs(10));
  EXPECT_EQ(Append("services/after"), absl::OkStatus());
  EXPECT_TRUE(Verify().ok());
}

TEST_P(AuditLogTest, AnEntryThatHoldsContentFailsItsWrite) {
  EXPECT_EQ(Append("Frau Muster").code(), absl::StatusCode::kInternal);
  EXPECT_THAT(Export(), IsEmpty());
}

TEST_P(AuditLogTest, AnEditIsFoundAndLocated) {
  Fill();
  SetLine(3, absl::StrReplaceAll(Export()[2], {{"services/a3", "services/b3"}}));
  ExpectFindings({{Tampering::kEdited, 3, 3}});
}

TEST_P(AuditLogTest, AnEditOfTheEntryThatACheckpointNamesIsFoundByBoth) {
  Fill();
  SetLine(5, absl::StrReplaceAll(Export()[4], {{"services/a5", "services/b5"}}));
  ExpectFindings({{Tampering::kRewritten, 1, 5}, {Tampering::kEdited, 5, 5}});
}

TEST_P(AuditLogTest, ADeletionIsFoundAndLocated) {
  Fill();
  Tamper("DELETE FROM audit_entries WHERE sequence = ?1 OR sequence = ?2", {3, 4});
  ExpectFindings({{Tampering::kMissing, 3, 4}});
}

TEST_P(AuditLogTest, ADeletionThatClosesTheRanksIsFoundAndLocated) {
  Fill();
  Tamper("DELETE FROM audit_entries WHERE sequence = ?1", {3});
  for (int64_t sequence = 4; sequence <= 10; ++sequence) {
    Tamper("UPDATE audit_entries SET sequence = ?2 WHERE sequence = ?1", {sequence, sequence - 1});
  }
  ExpectFindings({{Tampering::kMissing, 3, 3}});
}

TEST_P(AuditLogTest, ASwapIsFoundAndLocated) {
  Fill();
  const std::vector<std::string> lines = Export();
  SetLine(6, lines[6]);
  SetLine(7, lines[5]);
  ExpectFindings({{Tampering::kReordered, 6, 6}});
}

TEST_P(AuditLogTest, AnInsertionIsFoundAndLocated) {
  Fill();
  Tamper("UPDATE audit_entries SET sequence = sequence + 100 WHERE sequence > ?1", {6});
  Entry entry = *ParseLine(Export()[6]);
  entry.fact.object = "services/never-read";
  Tamper("INSERT INTO audit_entries (sequence, line) VALUES (?1, ?2)", {7, LineOf(entry)});
  ExpectFindings({{Tampering::kInserted, 7, 7}, {Tampering::kEdited, 7, 7}});
}

TEST_P(AuditLogTest, ACutTailIsFoundByTheNewestCheckpoint) {
  Fill();
  const std::string head = HashOf(Export()[6]);
  Tamper("DELETE FROM audit_entries WHERE sequence > ?1", {7});
  Tamper("UPDATE audit_log SET count = ?1, head = ?2", {7, head});
  Tamper("DELETE FROM audit_checkpoints WHERE count > ?1", {7});
  ExpectFindings({{Tampering::kTailMissing, 8, 9}});
}

TEST_P(AuditLogTest, ATailThatWasCutAndWrittenAnewIsFound) {
  Fill();
  const std::string head = HashOf(Export()[6]);
  Tamper("DELETE FROM audit_entries WHERE sequence > ?1", {7});
  Tamper("UPDATE audit_log SET count = ?1, head = ?2", {7, head});
  Tamper("DELETE FROM audit_checkpoints WHERE count > ?1", {7});
  for (int i = 0; i < 3; ++i) ASSERT_EQ(Append("services/other"), absl::OkStatus());
  ExpectFindings({{Tampering::kRewritten, 6, 9}});
}

TEST_P(AuditLogTest, AChainWorkedOutAnewIsFoundByCheckpointsOutside) {
  Fill();
  const std::vector<std::string> lines = Rechained(7, [](Entry& entry) {
    if (entry.sequence == 7) entry.fact.object = "services/harmless";
  });
  for (size_t i = 0; i < lines.size(); ++i) SetLine(static_cast<int64_t>(i) + 1, lines[i]);
  Tamper("UPDATE audit_log SET head = ?1", {HashOf(lines.back())});
  ExpectFindings({{Tampering::kRewritten, 6, 9}});
}

TEST_P(AuditLogTest, ACompleteRewriteIsFoundByCheckpointsOutside) {
  Fill();
  const std::vector<std::string> lines = Rechained(1, [](Entry& entry) { entry.actor = "somebody-else"; });
  for (size_t i = 0; i < lines.size(); ++i) SetLine(static_cast<int64_t>(i) + 1, lines[i]);
  Tamper("UPDATE audit_log SET head = ?1", {HashOf(lines.back())});
  Tamper("DELETE FROM audit_checkpoints WHERE count > ?1", {0});
  ExpectFindings({{Tampering::kRewritten, 1, 5}});
}

TEST_P(AuditLogTest, ACheckpointIsMadeAfterSoManyEntriesAndAfterSoMuchTime) {
  log_.reset();
  log_ = OpenLog(/*checkpoint_entries=*/3);
  EXPECT_THAT(Emitted(), IsEmpty());
  for (int i = 0; i < 3; ++i) ASSERT_EQ(Append("services/a"), absl::OkStatus());
  EXPECT_TRUE(testing::Eventually([&] { return Emitted().size() == 1; }));
  ASSERT_EQ(Append("services/a"), absl::OkStatus());
  clock_.Advance(absl::Minutes(10));
  EXPECT_TRUE(testing::Eventually([&] { return Emitted().size() == 2; }));
  EXPECT_FALSE(*log_->MakeCheckpoint()) << "nothing new";
  const Report report = Verify();
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.covered, 4);
}

TEST_P(AuditLogTest, TheNewestCheckpointIsEmittedAgainAtTheStart) {
  Fill();
  const std::string newest = Emitted().back();
  log_.reset();
  log_ = OpenLog();
  EXPECT_EQ(Emitted().back(), newest);
  EXPECT_THAT(Emitted(), SizeIs(3));
}

TEST_P(AuditLogTest, OldSegmentsAreDroppedAndTheirCheckpointCloses) {
  Fill();
  clock_.Advance(kEntriesKept + absl::Hours(24));
  ASSERT_EQ(Append("services/late"), absl::OkStatus());
  ASSERT_TRUE(*log_->MakeCheckpoint());
  EXPECT_EQ(*log_->Drop(clock_.Now() - kEntriesKept), 9);
  EXPECT_EQ(*log_->Drop(clock_.Now() - kEntriesKept), 0);
  EXPECT_THAT(Export(), SizeIs(2));
  const Report report = Verify();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.first, 10);
  // The server itself hands out the checkpoint that closes what is gone.
  EXPECT_THAT(log_->ReadPage(0, 100, absl::InfiniteFuture())->checkpoints, SizeIs(2));
}

TEST_P(AuditLogTest, DroppingBeforeTheTimeIsFound) {
  Fill();
  EXPECT_EQ(*log_->Drop(clock_.Now() + absl::Hours(1)), 9);
  ExpectFindings({{Tampering::kStartMissing, 1, 9}});
}

TEST_P(AuditLogTest, ReadsRefuseWhileTheLogCannotBeWritten) {
  std::promise<absl::Status> before;
  log_->Record({}, {{Act::kRead, "service", "services/a"}}, absl::InfiniteFuture(),
               [&](absl::Status status) { before.set_value(std::move(status)); });
  EXPECT_EQ(before.get_future().get(), absl::OkStatus());
  Tamper("DROP TABLE audit_entries", {});
  std::promise<absl::Status> after;
  log_->Record({}, {{Act::kRead, "service", "services/a"}}, absl::InfiniteFuture(),
               [&](absl::Status status) { after.set_value(std::move(status)); });
  EXPECT_EQ(after.get_future().get().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(log_->Statistics().reads_refused, 1);
  EXPECT_EQ(log_->Statistics().entries, 1);
}

TEST_P(AuditLogTest, ReadsShareCommitsAndNoneIsLost) {
  constexpr int kThreads = 8;
  constexpr int kReads = 250;
  const int64_t commits_before = temp_.database().Statistics().commits;
  const absl::Time start = absl::Now();
  std::atomic<int> recorded{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kReads; ++i) {
        log_->Record({.principal = "members/a", .method = "GetService"},
                     {{Act::kRead, "service", "services/a", {"phones"}}}, absl::InfiniteFuture(),
                     [&](const absl::Status& status) { recorded += status.ok() ? 1 : 0; });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(testing::Eventually([&] { return recorded == kThreads * kReads; }));
  const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
  const int64_t commits = temp_.database().Statistics().commits - commits_before;
  std::cout << "figure: audited reads, " << testing::EngineName({GetParam(), 0}) << ": " << kThreads * kReads << " in "
            << commits << " commits, " << static_cast<int>(kThreads * kReads / seconds) << "/s\n";
  EXPECT_LT(commits, kThreads * kReads / 10);
  const Report report = Verify();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.last, kThreads * kReads);
}

// Writes that run together share a commit on SQLite: one that is refused must leave the chain as it found it.
TEST_P(AuditLogTest, ARefusedWriteLeavesNoEntryAndNoGap) {
  constexpr int kWrites = 120;
  std::atomic<int> done{0};
  for (int i = 0; i < kWrites; ++i) {
    temp_.database().Write(
        [&, i](storage::Transaction& tx) {
          const absl::Status appended = log_->Append(tx, {.principal = "members/a", .method = "m"},
                                                     {{Act::kWrite, "service", absl::StrCat("services/a", i)}});
          return i % 3 == 1 ? absl::AbortedError("refused") : appended;
        },
        [&, i](const absl::Status& status, const storage::CommitInfo&) {
          EXPECT_EQ(status.ok(), i % 3 != 1);
          ++done;
        },
        absl::InfiniteFuture());
  }
  ASSERT_TRUE(testing::Eventually([&] { return done == kWrites; }));
  const Report report = Verify();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.last, kWrites * 2 / 3);
  EXPECT_EQ(log_->Statistics().entries, kWrites * 2 / 3);
}

TEST_P(AuditLogTest, NothingIsCommittedWhenTheLogIsGone) {
  Tamper("DELETE FROM audit_log", {});
  EXPECT_FALSE(Append("services/a").ok());
  EXPECT_THAT(temp_.database().Statistics().writes_refused, ::testing::Ge(1));
}

// Two logs over one database are what two replicas over PostgreSQL are.
TEST_P(AuditLogTest, TheChainHoldsWhenReplicasAppendAtOnce) {
  const std::unique_ptr<AuditLog> other = OpenLog(/*checkpoint_entries=*/50);
  constexpr int kEach = 100;
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    AuditLog& log = t % 2 == 0 ? *log_ : *other;
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const CallNames call{.principal = absl::StrCat("members/", t), .method = "m"};
        if (t < 2) {
          std::promise<absl::Status> done;
          log.Record(call, {{Act::kRead, "service", "services/a"}}, absl::InfiniteFuture(),
                     [&](absl::Status status) { done.set_value(std::move(status)); });
          failed += done.get_future().get().ok() ? 0 : 1;
        } else {
          failed += temp_.database()
                            .WriteAndWait([&](storage::Transaction& tx) {
                              return log.Append(tx, call, {{Act::kWrite, "service", "services/a"}});
                            })
                            .ok()
                        ? 0
                        : 1;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  const Report report = Verify();
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.last, 4 * kEach);
}

}  // namespace
}  // namespace schutznetz::audit
