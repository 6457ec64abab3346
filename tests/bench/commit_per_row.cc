// The peer of `commit`: the same two rows in SQLite (record and change, keys and columns as the directory server stores
// them), WAL, synchronous=FULL, one commit per write. usage: commit_per_row FILE SECONDS
#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

namespace {

void Must(bool ok, sqlite3* db) {
  if (ok) return;
  std::fprintf(stderr, "%s\n", sqlite3_errmsg(db));
  std::exit(1);
}

std::string RandomId(std::mt19937_64& random) {
  std::string id = "r";
  for (int i = 0; i < 26; ++i) id.push_back("abcdefghijklmnopqrstuvwxyz234567"[random() % 32]);
  return id;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  sqlite3* db = nullptr;
  Must(sqlite3_open(argv[1], &db) == SQLITE_OK, db);
  Must(sqlite3_exec(
           db,
           "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
           "CREATE TABLE record(kind TEXT, id TEXT, body BLOB, create_us INTEGER, update_us INTEGER,"
           " public_update_us INTEGER, delete_us INTEGER, PRIMARY KEY(kind, id)) WITHOUT ROWID;"
           "CREATE TABLE changes(number INTEGER PRIMARY KEY, kind TEXT, name TEXT, operation INTEGER, tags TEXT,"
           " time INTEGER, trace_id TEXT)",
           nullptr, nullptr, nullptr) == SQLITE_OK,
       db);
  const std::string body(180, 'r');  // as large as the stored organization of the bench
  std::mt19937_64 random(1);
  sqlite3_stmt *row = nullptr, *change = nullptr;
  Must(sqlite3_prepare_v2(db, "INSERT INTO record VALUES('organization', ?1, ?2, ?3, ?3, ?3, 0)", -1, &row, nullptr) ==
           SQLITE_OK,
       db);
  Must(sqlite3_prepare_v2(db,
                          "INSERT INTO changes(kind, name, operation, tags, time, trace_id)"
                          " VALUES('organization', ?1, 1, '', ?2, '')",
                          -1, &change, nullptr) == SQLITE_OK,
       db);
  const auto begin = std::chrono::steady_clock::now();
  double seconds = 0;
  long count = 0;
  do {
    Must(sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK, db);
    const std::string id = RandomId(random), name = "organizations/" + id;
    sqlite3_bind_text(row, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
    sqlite3_bind_blob(row, 2, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
    sqlite3_bind_int64(row, 3, count);
    sqlite3_bind_text(change, 1, name.data(), static_cast<int>(name.size()), SQLITE_STATIC);
    sqlite3_bind_int64(change, 2, count);
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
