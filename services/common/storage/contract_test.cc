// What Database promises, on both engines.
#include <atomic>
#include <future>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/errors/errors.h"
#include "services/common/storage/testing/items.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StorageContractTest : public ::testing::TestWithParam<Engine> {
 protected:
  Database& database() { return temp_.database(); }

  absl::Status Write(absl::FunctionRef<absl::Status(Transaction&)> work) {
    return database().WriteAndWait(work).status();
  }

  testing::TempDatabase temp_{GetParam(), {&ItemMigrations()}};
};

INSTANTIATE_TEST_SUITE_P(Engines, StorageContractTest, testing::AllEngines(), testing::EngineName);

TEST_P(StorageContractTest, ValuesComeBackAsTheyWere) {
  const std::string bytes = std::string("\0\x01\xff\xfe", 4) + std::string(70'000, '\0');
  ASSERT_EQ(absl::OkStatus(), Write([&](Transaction& tx) {
              return tx
                  .Execute("INSERT INTO items (id, name, body, weight, count) VALUES (?1, ?2, ?3, ?4, ?5)",
                           {int64_t{-9'007'199'254'740'993}, "Müller ẞ 🙂", Blob{bytes}, 0.1, true})
                  .status();
            }));
  ASSERT_EQ(absl::OkStatus(), database().Read([&](ReadTransaction& tx) {
    return tx.Query("SELECT id, name, body, weight, count, parent FROM items", {}, [&](const Row& row) {
      EXPECT_EQ(row.Int(0), -9'007'199'254'740'993);
      EXPECT_EQ(row.Text(1), "Müller ẞ 🙂");
      EXPECT_EQ(row.Blob(2), bytes);
      EXPECT_EQ(row.Double(3), 0.1);
      EXPECT_TRUE(row.Bool(4));
      EXPECT_TRUE(row.IsNull(5));
      EXPECT_EQ(row.Int(5), 0);
      return absl::OkStatus();
    });
  }));
}

TEST_P(StorageContractTest, NullAndEmptyAreDifferent) {
  ASSERT_EQ(absl::OkStatus(), Write([](Transaction& tx) {
              return tx
                  .Execute("INSERT INTO items (id, name, body) VALUES (1, ?1, ?2), (2, ?3, ?4)",
                           {"", Blob{}, nullptr, nullptr})
                  .status();
            }));
  std::vector<bool> nulls;
  ASSERT_EQ(absl::OkStatus(), database().Read([&](ReadTransaction& tx) {
    return tx.Query("SELECT name, body FROM items ORDER BY id", {}, [&](const Row& row) {
      nulls.push_back(row.IsNull(0));
      nulls.push_back(row.IsNull(1));
      return absl::OkStatus();
    });
  }));
  EXPECT_THAT(nulls, ElementsAre(false, false, true, true));
}

TEST_P(StorageContractTest, TimesAreMicroseconds) {
  const absl::Time time = absl::FromUnixMicros(1'795'309'200'123'456);
  ASSERT_EQ(absl::OkStatus(), Write([&](Transaction& tx) {
              EXPECT_LT(absl::AbsDuration(tx.now() - absl::Now()), absl::Minutes(1));
              return tx.Execute("INSERT INTO items (id) VALUES (?1)", {time}).status();
            }));
  ASSERT_EQ(absl::OkStatus(), database().Read([&](ReadTransaction& tx) -> absl::Status {
    return tx.QueryRow("SELECT id FROM items", {}, [&](const Row& row) { EXPECT_EQ(row.Time(0), time); }).status();
  }));
}

TEST_P(StorageContractTest, AMisreadColumnFailsTheQuery) {
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  for (const auto& misread : std::vector<std::function<void(const Row&)>>{
           [](const Row& row) { EXPECT_EQ(row.Text(0), ""); }, [](const Row& row) { EXPECT_EQ(row.Int(1), 0); },
           [](const Row& row) { EXPECT_EQ(row.Blob(1), ""); }, [](const Row& row) { EXPECT_EQ(row.Int(2), 0); }}) {
    const absl::Status status = database().Read([&](ReadTransaction& tx) {
      return tx.Query("SELECT id, name FROM items", {}, [&](const Row& row) {
        misread(row);
        return absl::OkStatus();
      });
    });
    EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  }
}

TEST_P(StorageContractTest, TextWithAZeroByteIsRefused) {
  const absl::Status status = Write([](Transaction& tx) {
    return tx.Execute("INSERT INTO items (id, name) VALUES (1, ?1)", {std::string("a\0b", 3)}).status();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
}

TEST_P(StorageContractTest, TextSortsAndPagesBytewise) {
  const std::vector<std::string> names = {"A", "Z", "a", "a-b", "a/b", "z", "ß", "ä", "Ä", "ab", "a b"};
  ASSERT_EQ(absl::OkStatus(), Write([&](Transaction& tx) {
              for (size_t i = 0; i < names.size(); ++i) {
                if (auto rows = tx.Execute("INSERT INTO items (id, name) VALUES (?1, ?2)", {i, names[i]}); !rows.ok()) {
                  return rows.status();
                }
              }
              return absl::OkStatus();
            }));
  std::vector<std::string> paged;
  for (std::string last; true; last = paged.back()) {
    const size_t before = paged.size();
    ASSERT_EQ(absl::OkStatus(), database().Read([&](ReadTransaction& tx) {
      return tx.Query("SELECT name FROM items WHERE name > ?1 COLLATE \"C\" ORDER BY name COLLATE \"C\" LIMIT ?2",
                      {last, 3}, [&](const Row& row) {
                        paged.emplace_back(row.Text(0));
                        return absl::OkStatus();
                      });
    }));
    if (paged.size() == before) break;
  }
  const std::set<std::string> sorted(names.begin(), names.end());
  EXPECT_EQ(paged, std::vector<std::string>(sorted.begin(), sorted.end()));
}

TEST_P(StorageContractTest, UpsertAndReturningWorkInOneText) {
  static constexpr Sql kUpsert =
      "INSERT INTO items (id, count) VALUES (?1, 1) ON CONFLICT (id) DO UPDATE SET count = items.count + 1 "
      "RETURNING count";
  std::vector<int64_t> counts;
  ASSERT_EQ(absl::OkStatus(), Write([&](Transaction& tx) {
              for (int i = 0; i < 3; ++i) {
                if (auto found = tx.QueryRow(kUpsert, {7}, [&](const Row& row) { counts.push_back(row.Int(0)); });
                    !found.ok()) {
                  return found.status();
                }
              }
              return absl::OkStatus();
            }));
  EXPECT_THAT(counts, ElementsAre(1, 2, 3));
}

TEST_P(StorageContractTest, ExecuteCountsRows) {
  ASSERT_EQ(absl::OkStatus(), Write([](Transaction& tx) -> absl::Status {
              EXPECT_EQ(*tx.Execute("INSERT INTO items (id) VALUES (1), (2), (3)", {}), 3);
              EXPECT_EQ(*tx.Execute("UPDATE items SET count = 1 WHERE id > ?1", {1}), 2);
              EXPECT_EQ(*tx.Execute("UPDATE items SET count = 1 WHERE id > ?1", {9}), 0);
              EXPECT_EQ(*tx.Execute("DELETE FROM items WHERE id = ?1", {1}), 1);
              EXPECT_EQ(*tx.Execute("INSERT INTO items (id) VALUES (2) ON CONFLICT DO NOTHING", {}), 0);
              return absl::OkStatus();
            }));
}

TEST_P(StorageContractTest, AnUncachedTextRunsOnce) {
  ASSERT_TRUE(WriteItem(database(), 5).ok());
  const std::string text = "SELECT id FROM items WHERE id IN (?1, ?2)";
  int64_t id = 0;
  ASSERT_EQ(absl::OkStatus(), database().Read([&](ReadTransaction& tx) {
    return tx.QueryRow(Sql::Uncached(text), {4, 5}, [&](const Row& row) { id = row.Int(0); }).status();
  }));
  EXPECT_EQ(id, 5);
}

TEST_P(StorageContractTest, QueriesNest) {
  ASSERT_EQ(absl::OkStatus(), Write([](Transaction& tx) {
              return tx.Execute("INSERT INTO items (id, parent) VALUES (1, NULL), (2, 1), (3, 1)", {}).status();
            }));
  static constexpr Sql kChildren = "SELECT id FROM items WHERE parent = ?1 ORDER BY id";
  std::vector<int64_t> found;
  ASSERT_EQ(absl::OkStatus(), database().Read([&](ReadTransaction& tx) {
    return tx.Query(kChildren, {1}, [&](const Row& row) {
      found.push_back(row.Int(0));
      return tx.Query(kChildren, {row.Int(0)}, [](const Row&) { return absl::OkStatus(); });
    });
  }));
  EXPECT_THAT(found, ElementsAre(2, 3));
}

TEST_P(StorageContractTest, ARowCallbackMayRefuseWithoutFailingTheWrite) {
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  ASSERT_EQ(absl::OkStatus(), Write([](Transaction& tx) {
              const absl::Status refusal =
                  tx.Query("SELECT id FROM items", {}, [](const Row&) { return absl::CancelledError("enough"); });
              EXPECT_EQ(refusal.code(), absl::StatusCode::kCancelled);
              return InsertItem(tx, 2);
            }));
  EXPECT_THAT(ItemIds(database()), ElementsAre(1, 2));
}

TEST_P(StorageContractTest, ConstraintsHaveTheirCodes) {
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  const auto code_of = [&](const Sql& sql) {
    return Write([&](Transaction& tx) { return tx.Execute(sql, {}).status(); }).code();
  };
  EXPECT_EQ(code_of("INSERT INTO items (id) VALUES (1)"), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(code_of("INSERT INTO items (id, name) VALUES (2, 'items/1')"), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(code_of("INSERT INTO items (id, parent) VALUES (2, 77)"), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(code_of("INSERT INTO items (id, count) VALUES (2, -1)"), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(code_of("INSERT INTO items (id) VALUES (NULL)"), absl::StatusCode::kInternal);
  EXPECT_EQ(code_of("INSERT INTO nowhere (id) VALUES (1)"), absl::StatusCode::kInternal);
  EXPECT_THAT(ItemIds(database()), ElementsAre(1));
}

TEST_P(StorageContractTest, AFailedStatementFailsTheWriteEvenWhenIgnored) {
  const absl::Status status = Write([](Transaction& tx) {
    EXPECT_TRUE(InsertItem(tx, 1).ok());
    EXPECT_FALSE(tx.Execute("INSERT INTO items (id) VALUES (1)", {}).ok());
    EXPECT_EQ(tx.Execute("INSERT INTO items (id) VALUES (2)", {}).status().code(), absl::StatusCode::kAlreadyExists);
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(ItemIds(database()), IsEmpty());
  EXPECT_THAT(ChangeNumbers(database()), IsEmpty());
}

TEST_P(StorageContractTest, AFailedStatementFailsTheReadEvenWhenIgnored) {
  const absl::Status status = database().Read([](ReadTransaction& tx) {
    EXPECT_FALSE(tx.Query("SELECT nothing FROM items", {}, [](const Row&) { return absl::OkStatus(); }).ok());
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(ItemIds(database()), IsEmpty());  // the connection is fit for the next one
}

TEST_P(StorageContractTest, ADeferredStatementRunsInOrderAndFailsTheWrite) {
  ASSERT_EQ(absl::OkStatus(), Write([](Transaction& tx) -> absl::Status {
              EXPECT_TRUE(tx.ExecuteLater("INSERT INTO items (id) VALUES (?1)", {1}).ok());
              EXPECT_TRUE(tx.ExecuteLater("UPDATE items SET count = 5 WHERE id = ?1", {1}).ok());
              int64_t count = 0;
              EXPECT_TRUE(*tx.QueryRow("SELECT count FROM items WHERE id = 1", {},
                                       [&](const Row& row) { count = row.Int(0); }));
              EXPECT_EQ(count, 5);
              return tx.ExecuteLater("UPDATE items SET count = 6 WHERE id = ?1", {1});
            }));
  const absl::Status status = Write([](Transaction& tx) -> absl::Status {
    tx.AppendChange({.kind = "item", .name = "items/1"});
    if (absl::Status later = tx.ExecuteLater("INSERT INTO items (id) VALUES (?1)", {1}); !later.ok()) return later;
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(ChangeNumbers(database()), IsEmpty());
}

TEST_P(StorageContractTest, ARefusedWriteLeavesNothingAndNoHoleInTheLog) {
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  const absl::Status refused = Write([](Transaction& tx) {
    EXPECT_TRUE(InsertItem(tx, 2).ok());
    return errors::EtagMismatch("items/2", "x");
  });
  EXPECT_EQ(errors::ReasonOf(refused), "ETAG_MISMATCH");
  const auto commit = WriteItem(database(), 3);
  ASSERT_TRUE(commit.ok());
  EXPECT_EQ(commit->position.number, 2);
  EXPECT_THAT(ItemIds(database()), ElementsAre(1, 3));
  EXPECT_THAT(ChangedIds(database()), ElementsAre(1, 3));
}

TEST_P(StorageContractTest, ABadChangeFailsTheWrite) {
  for (const ChangeRecord& bad : {ChangeRecord{.kind = "", .name = "x"}, ChangeRecord{.kind = "item", .name = ""},
                                  ChangeRecord{.kind = "item", .name = "x", .tags = {"a\nb"}},
                                  ChangeRecord{.kind = "item", .name = "x", .tags = {""}},
                                  ChangeRecord{.kind = "item", .name = std::string(2000, 'x')}}) {
    const absl::Status status = Write([&](Transaction& tx) {
      EXPECT_TRUE(InsertItem(tx, 1).ok());
      tx.AppendChange(bad);
      return absl::OkStatus();
    });
    EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  }
  EXPECT_THAT(ItemIds(database()), IsEmpty());
}

TEST_P(StorageContractTest, AWriteWithoutStatementsSucceeds) {
  const auto commit = database().WriteAndWait([](Transaction&) { return absl::OkStatus(); });
  ASSERT_TRUE(commit.ok());
  EXPECT_EQ(commit->position.number, 0);
}

TEST_P(StorageContractTest, TheChangesOfAWriteAreConsecutive) {
  const auto commit = database().WriteAndWait([](Transaction& tx) {
    for (int i = 0; i < 500; ++i) tx.AppendChange({.kind = "item", .name = "items/" + std::to_string(i)});
    return absl::OkStatus();
  });
  ASSERT_TRUE(commit.ok());
  EXPECT_EQ(commit->position.number, 500);
  EXPECT_NE(commit->position.epoch, 0);
  std::vector<int64_t> expected(500);
  for (int i = 0; i < 500; ++i) expected[i] = i;
  EXPECT_EQ(ChangedIds(database()), expected);
}

// One write of a group fails in every possible way; the others must not notice.
TEST_P(StorageContractTest, WritesOfAGroupAreIndependent) {
  constexpr int kWrites = 200;
  std::vector<absl::Status> results(kWrites);
  std::atomic<int> left{kWrites};
  std::promise<void> all_done;
  for (int i = 0; i < kWrites; ++i) {
    database().Write(
        [i](Transaction& tx) -> absl::Status {
          if (absl::Status status = InsertItem(tx, i); !status.ok()) return status;
          if (i % 4 == 1) return absl::AbortedError("refused");
          if (i % 4 == 2) return tx.Execute("INSERT INTO items (id) VALUES (?1)", {i}).status();
          if (i % 4 == 3) return tx.Execute("SELECT nothing", {}).status();
          return absl::OkStatus();
        },
        [&, i](absl::Status status, const CommitInfo&) {
          results[i] = std::move(status);
          if (--left == 0) all_done.set_value();
        },
        absl::InfiniteFuture());
  }
  all_done.get_future().wait();
  std::vector<int64_t> expected;
  for (int i = 0; i < kWrites; ++i) {
    EXPECT_EQ(results[i].ok(), i % 4 == 0) << i << " " << results[i];
    if (i % 4 == 0) expected.push_back(i);
  }
  EXPECT_EQ(ItemIds(database()), expected);
  EXPECT_EQ(ChangeNumbers(database()).size(), expected.size());
}

TEST_P(StorageContractTest, AReadIsOneSnapshot) {
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  static constexpr Sql kCount = "SELECT COUNT(*) FROM items";
  std::vector<int64_t> counts;
  ASSERT_EQ(absl::OkStatus(), database().Read([&](ReadTransaction& tx) {
    const auto count = [&] {
      return tx.QueryRow(kCount, {}, [&](const Row& row) { counts.push_back(row.Int(0)); }).status();
    };
    if (absl::Status status = count(); !status.ok()) return status;
    EXPECT_TRUE(WriteItem(database(), 2).ok());  // readers do not hold up writers
    return count();
  }));
  EXPECT_THAT(counts, ElementsAre(1, 1));
  EXPECT_THAT(ItemIds(database()), ElementsAre(1, 2));
}

TEST_P(StorageContractTest, AReadCannotWrite) {
  const absl::Status status = database().Read([](ReadTransaction& tx) {
    return tx.Query("INSERT INTO items (id) VALUES (1) RETURNING id", {}, [](const Row&) { return absl::OkStatus(); });
  });
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(ItemIds(database()), IsEmpty());
}

TEST_P(StorageContractTest, AWriteSeesCommittedWritesAndItself) {
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  ASSERT_EQ(absl::OkStatus(), Write([](Transaction& tx) -> absl::Status {
              if (absl::Status status = InsertItem(tx, 2); !status.ok()) return status;
              int64_t count = 0;
              const auto found =
                  tx.QueryRow("SELECT COUNT(*) FROM items", {}, [&](const Row& row) { count = row.Int(0); });
              EXPECT_EQ(count, 2);
              return found.status();
            }));
}

TEST_P(StorageContractTest, RowLocksMakeReadModifyWriteSafe) {
  ASSERT_EQ(absl::OkStatus(), Write([](Transaction& tx) {
              return tx.Execute("INSERT INTO items (id, count) VALUES (1, 0)", {}).status();
            }));
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 10; ++n) {
        EXPECT_EQ(absl::OkStatus(), Write([](Transaction& tx) {
                    int64_t count = 0;
                    const auto found = tx.QueryRow("SELECT count FROM items WHERE id = ?1 FOR UPDATE", {1},
                                                   [&](const Row& row) { count = row.Int(0); });
                    if (!found.ok()) return found.status();
                    return tx.Execute("UPDATE items SET count = ?2 WHERE id = ?1", {1, count + 1}).status();
                  }));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(absl::OkStatus(), database().Read([](ReadTransaction& tx) {
    return tx.QueryRow("SELECT count FROM items", {}, [](const Row& row) { EXPECT_EQ(row.Int(0), 80); }).status();
  }));
}

// Writers of very different speed, and readers that remember the last number they saw: nothing may turn up below it.
TEST_P(StorageContractTest, NumbersBecomeVisibleInOrder) {
  constexpr int kWriters = 16;
  constexpr int kWritesEach = 25;
  std::atomic<int64_t> next{1};
  std::atomic<bool> writing{true};
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&, i] {
      for (int n = 0; n < kWritesEach; ++n) {
        const int64_t id = next++;
        EXPECT_EQ(absl::OkStatus(), Write([&](Transaction& tx) {
                    absl::Status status = InsertItem(tx, id);
                    if (i % 4 == 0)
                      absl::SleepFor(absl::Milliseconds(2));  // a slow transaction between insert and commit
                    return status;
                  }));
      }
    });
  }
  std::vector<int64_t> seen;
  const auto read_after_last = [&] {
    const int64_t last = seen.empty() ? 0 : seen.back();
    EXPECT_EQ(absl::OkStatus(), database().Read([&](ReadTransaction& tx) {
      return tx.Query("SELECT number FROM changes WHERE number > ?1 ORDER BY number", {last}, [&](const Row& row) {
        seen.push_back(row.Int(0));
        return absl::OkStatus();
      });
    }));
  };
  std::thread reader([&] {
    while (writing) read_after_last();
  });
  for (std::thread& thread : writers) thread.join();
  writing = false;
  reader.join();
  read_after_last();
  std::vector<int64_t> expected(kWriters * kWritesEach);
  for (size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<int64_t>(i) + 1;
  EXPECT_EQ(seen, expected);
}

TEST_P(StorageContractTest, ListenersHearOfCommitsWithChangesBeforeTheWriteIsDone) {
  std::mutex mutex;
  std::vector<Change> heard;
  const int64_t key = database().AddCommitListener([&](const Committed& committed) {
    const std::lock_guard lock(mutex);
    heard.insert(heard.end(), committed.changes.begin(), committed.changes.end());
  });
  const auto commit = WriteItem(database(), 1);
  ASSERT_TRUE(commit.ok());
  {
    const std::lock_guard lock(mutex);
    ASSERT_EQ(heard.size(), 1U);
    EXPECT_EQ(heard[0].number, commit->position.number);
    EXPECT_EQ(heard[0].record.kind, "item");
  }
  database().RemoveCommitListener(key);
  ASSERT_TRUE(WriteItem(database(), 2).ok());
  const std::lock_guard lock(mutex);
  EXPECT_EQ(heard.size(), 1U);
}

TEST_P(StorageContractTest, APassedDeadlineIsRefusedWithoutRunning) {
  bool ran = false;
  const auto commit = database().WriteAndWait(
      [&](Transaction&) {
        ran = true;
        return absl::OkStatus();
      },
      absl::Now() - absl::Seconds(1));
  EXPECT_EQ(commit.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_FALSE(ran);
  const absl::Status read = database().Read(
      [](ReadTransaction& tx) {
        return tx.Query("SELECT id FROM items", {}, [](const Row&) { return absl::OkStatus(); });
      },
      absl::Now() - absl::Seconds(1));
  EXPECT_EQ(read.code(), absl::StatusCode::kDeadlineExceeded);
}

constexpr Sql kEndless =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000000) SELECT COUNT(*) FROM n";

TEST_P(StorageContractTest, AnEndlessStatementEndsAtTheDeadline) {
  const absl::Status status = database().Read(
      [](ReadTransaction& tx) { return tx.Query(kEndless, {}, [](const Row&) { return absl::OkStatus(); }); },
      absl::Now() + absl::Milliseconds(300));
  EXPECT_TRUE(absl::IsDeadlineExceeded(status) || absl::IsUnavailable(status)) << status;
  EXPECT_THAT(ItemIds(database()), IsEmpty());
}

TEST_P(StorageContractTest, AnEndlessWriteEndsAndLaterWritesGoOn) {
  const absl::Status status = Write([](Transaction& tx) {
    EXPECT_TRUE(InsertItem(tx, 1).ok());
    return tx.Query(kEndless, {}, [](const Row&) { return absl::OkStatus(); });
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded) << status;
  ASSERT_TRUE(WriteItem(database(), 2).ok());
  EXPECT_THAT(ItemIds(database()), ElementsAre(2));
}

TEST_P(StorageContractTest, AFullQueueRefusesAtOnce) {
  temp_.options().writes_waiting_max = 2;
  temp_.options().writers = 1;
  temp_.Reopen();
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<int> done{0};
  std::promise<void> all_done;
  const auto count_down = [&](absl::Status status, const CommitInfo&) {
    EXPECT_EQ(status, absl::OkStatus());
    if (++done == 2) all_done.set_value();
  };
  const auto blocked = [released](Transaction&) {
    released.wait();
    return absl::OkStatus();
  };
  database().Write(blocked, count_down, absl::InfiniteFuture());
  database().Write(blocked, count_down, absl::InfiniteFuture());
  const auto refused = WriteItem(database(), 1);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_GT(errors::RetryAfterOf(refused.status()), absl::ZeroDuration());
  EXPECT_EQ(database().Statistics().writes_waiting, 2);
  release.set_value();
  all_done.get_future().wait();
  EXPECT_TRUE(WriteItem(database(), 1).ok());
}

TEST_P(StorageContractTest, ReadersBeyondTheLimitAreRefusedOrTimeOut) {
  temp_.options().readers = 1;
  temp_.options().readers_waiting_max = 1;
  temp_.Reopen();
  const auto nothing = [](ReadTransaction&) { return absl::OkStatus(); };
  std::vector<std::thread> threads;
  std::atomic<int> refused{0};
  std::atomic<int> answered{0};
  std::promise<void> two_refused;
  ASSERT_EQ(absl::OkStatus(), database().Read([&](ReadTransaction&) {
    EXPECT_EQ(database().Read(nothing, absl::Now() + absl::Milliseconds(5)).code(),
              absl::StatusCode::kDeadlineExceeded);
    for (int i = 0; i < 3; ++i) {  // one of them stands in line, for the other two there is no place
      threads.emplace_back([&] {
        const absl::Status status = database().Read(nothing);
        if (status.ok()) ++answered;
        if (absl::IsUnavailable(status) && ++refused == 2) two_refused.set_value();
      });
    }
    two_refused.get_future().wait();
    return absl::OkStatus();
  }));
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 1);
}

TEST_P(StorageContractTest, ContentAndEpochSurviveReopening) {
  const auto first = WriteItem(database(), 1);
  ASSERT_TRUE(first.ok());
  temp_.Reopen();
  const auto second = WriteItem(database(), 2);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->position.epoch, first->position.epoch);
  EXPECT_EQ(second->position.number, 2);
  EXPECT_THAT(ItemIds(database()), ElementsAre(1, 2));
}

TEST_P(StorageContractTest, ClosingFinishesWhatWasAccepted) {
  std::atomic<int> done{0};
  for (int i = 0; i < 100; ++i) {
    database().Write([i](Transaction& tx) { return InsertItem(tx, i); },
                     [&](absl::Status status, const CommitInfo&) { done += status.ok() ? 1 : 0; },
                     absl::InfiniteFuture());
  }
  temp_.Reopen();
  EXPECT_EQ(done, 100);
  EXPECT_EQ(ItemIds(database()).size(), 100U);
}

TEST_P(StorageContractTest, HealthAndStatisticsAreTold) {
  EXPECT_EQ(database().Health(), absl::OkStatus());
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  EXPECT_FALSE(WriteItem(database(), 1).ok());
  const DatabaseStatistics statistics = database().Statistics();
  EXPECT_EQ(statistics.writes_committed, 1);
  EXPECT_EQ(statistics.writes_refused, 1);
  EXPECT_GE(statistics.commits, 1);
  EXPECT_EQ(statistics.writes_waiting, 0);
}

TEST_P(StorageContractTest, ScrubbingSucceeds) {
  ASSERT_TRUE(WriteItem(database(), 1).ok());
  EXPECT_EQ(database().ScrubDeleted(absl::Now() + absl::Seconds(10)), absl::OkStatus());
}

}  // namespace
}  // namespace schutznetz::storage
