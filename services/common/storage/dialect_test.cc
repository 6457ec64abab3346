#include "services/common/storage/dialect.h"

#include "gtest/gtest.h"

namespace schutznetz::storage {
namespace {

TEST(DialectTest, ParametersBecomeDollarsOutsideQuotes) {
  EXPECT_EQ(ForPostgres("SELECT ?1, '?2', \"?3\", ?12"), "SELECT $1, '?2', \"?3\", $12");
  EXPECT_EQ(ForPostgres("SELECT 'it''s ?1' || ?1"), "SELECT 'it''s ?1' || $1");
  EXPECT_EQ(ForPostgres("SELECT 'open ?1"), "SELECT 'open ?1");
}

TEST(DialectTest, SqliteDropsLocksAndCollation) {
  EXPECT_EQ(ForSqlite("SELECT a FROM t WHERE b > ?1 COLLATE \"C\" ORDER BY b COLLATE \"C\" LIMIT 5 FOR UPDATE"),
            "SELECT a FROM t WHERE b > ?1 ORDER BY b LIMIT 5");
  EXPECT_EQ(ForSqlite("SELECT a FROM t FOR UPDATE SKIP LOCKED"), "SELECT a FROM t");
  EXPECT_EQ(ForSqlite("SELECT a FROM t FOR SHARE"), "SELECT a FROM t");
}

TEST(DialectTest, SqliteKeepsTextsAndLongerWords) {
  EXPECT_EQ(ForSqlite("SELECT ' FOR UPDATE', x FOR UPDATES"), "SELECT ' FOR UPDATE', x FOR UPDATES");
  EXPECT_EQ(ForSqlite("INSERT INTO t (a) VALUES (?1) ON CONFLICT (a) DO UPDATE SET a = ?1"),
            "INSERT INTO t (a) VALUES (?1) ON CONFLICT (a) DO UPDATE SET a = ?1");
}

}  // namespace
}  // namespace schutznetz::storage
