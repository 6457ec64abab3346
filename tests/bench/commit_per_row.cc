// The peer of `commit`: the same two rows in SQLite, WAL, synchronous=FULL, one commit per write. usage: commit_per_row
// FILE SECONDS
#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

void Must(bool ok, sqlite3* db) {
  if (ok) return;
  std::fprintf(stderr, "%s\n", sqlite3_errmsg(db));
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  sqlite3* db = nullptr;
  Must(sqlite3_open(argv[1], &db) == SQLITE_OK, db);
  Must(sqlite3_exec(
           db,
           "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE w(id INTEGER PRIMARY KEY, body BLOB);"
           "CREATE TABLE c(number INTEGER PRIMARY KEY, kind TEXT, name TEXT)",
           nullptr, nullptr, nullptr) == SQLITE_OK,
       db);
  const std::string body(300, 'r');
  sqlite3_stmt *row = nullptr, *change = nullptr;
  Must(sqlite3_prepare_v2(db, "INSERT INTO w(body) VALUES(?)", -1, &row, nullptr) == SQLITE_OK, db);
  Must(sqlite3_prepare_v2(db, "INSERT INTO c(kind, name) VALUES('organization', 'organizations/x')", -1, &change,
                          nullptr) == SQLITE_OK,
       db);
  const auto begin = std::chrono::steady_clock::now();
  double seconds = 0;
  long count = 0;
  do {
    Must(sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK, db);
    sqlite3_bind_blob(row, 1, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
    Must(sqlite3_step(row) == SQLITE_DONE && sqlite3_step(change) == SQLITE_DONE, db);
    sqlite3_reset(row);
    sqlite3_reset(change);
    Must(sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK, db);
    ++count;
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  } while (seconds < std::atof(argv[2]));
  std::printf("{\"rps\":%.1f}\n", static_cast<double>(count) / seconds);
  sqlite3_finalize(row);
  sqlite3_finalize(change);
  sqlite3_close(db);
}
