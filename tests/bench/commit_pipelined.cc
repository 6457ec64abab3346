// The peer of `commit`: the same two rows in PostgreSQL (record and change, as the directory server stores them), each
// caller on its own connection, BEGIN, two inserts and COMMIT in one pipeline. With --lock an advisory lock stands
// before the change row, so that numbers are given in commit order. usage: commit_pipelined CONNECTION CALLERS SECONDS
// [--lock]
#include <libpq-fe.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void Die(PGconn* connection) {
  std::fprintf(stderr, "%s\n", PQerrorMessage(connection));
  std::exit(1);
}

PGconn* Open(const char* text) {
  PGconn* connection = PQconnectdb(text);
  if (PQstatus(connection) != CONNECTION_OK) Die(connection);
  for (const auto& [name, sql] : {std::pair{"row", "INSERT INTO record VALUES('organization', $1, $2, $3, $3, $3, 0)"},
                                  std::pair{"lock", "SELECT pg_advisory_xact_lock(1)"},
                                  std::pair{"change",
                                            "INSERT INTO changes(kind, name, operation, tags, time, trace_id) "
                                            "VALUES('organization', $1, 1, '', $2, '')"}}) {
    PQclear(PQprepare(connection, name, sql, 0, nullptr));
  }
  if (!PQenterPipelineMode(connection) || PQsetnonblocking(connection, 1) != 0) Die(connection);
  return connection;
}

std::string RandomId() {
  static std::mt19937_64 random(static_cast<uint64_t>(getpid()));
  std::string id = "r";
  for (int i = 0; i < 26; ++i) id.push_back("abcdefghijklmnopqrstuvwxyz234567"[random() % 32]);
  return id;
}

struct Caller {
  PGconn* connection;
  Clock::time_point begin;
};

void Send(Caller& caller, bool lock) {
  static const std::string body(180, 'r');  // as large as the stored organization of the bench
  const std::string id = RandomId(), name = "organizations/" + id;
  const char* row[] = {id.c_str(), body.c_str(), "1795309200000000"};
  const char* change[] = {name.c_str(), "1795309200000000"};
  PGconn* c = caller.connection;
  caller.begin = Clock::now();
  PQsendQueryParams(c, "BEGIN", 0, nullptr, nullptr, nullptr, nullptr, 0);
  PQsendQueryPrepared(c, "row", 3, row, nullptr, nullptr, 0);
  if (lock) PQsendQueryPrepared(c, "lock", 0, nullptr, nullptr, nullptr, 0);
  PQsendQueryPrepared(c, "change", 2, change, nullptr, nullptr, 0);
  PQsendQueryParams(c, "COMMIT", 0, nullptr, nullptr, nullptr, nullptr, 0);
  if (!PQpipelineSync(c) || PQflush(c) < 0) Die(c);
}

// True when the pipeline's sync point was read.
bool Drain(PGconn* connection) {
  if (!PQconsumeInput(connection)) Die(connection);
  while (!PQisBusy(connection)) {
    PGresult* result = PQgetResult(connection);
    if (result == nullptr) continue;
    const ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    if (status == PGRES_PIPELINE_SYNC) return true;
    if (status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED) Die(connection);
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const bool lock = argc > 4;
  std::vector<Caller> callers(std::atoi(argv[2]));
  std::vector<pollfd> polls;
  for (Caller& caller : callers) {
    caller.connection = Open(argv[1]);
    polls.push_back({PQsocket(caller.connection), POLLIN, 0});
    Send(caller, lock);
  }
  std::vector<float> micros;
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::duration<double>(std::atof(argv[3]));
  while (Clock::now() < end) {
    poll(polls.data(), polls.size(), 100);
    for (size_t i = 0; i < callers.size(); ++i) {
      if (!(polls[i].revents & POLLIN) || !Drain(callers[i].connection)) continue;
      micros.push_back(std::chrono::duration<float, std::micro>(Clock::now() - callers[i].begin).count());
      Send(callers[i], lock);
    }
  }
  std::sort(micros.begin(), micros.end());
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::printf("{\"rps\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f}\n", static_cast<double>(micros.size()) / seconds,
              micros[micros.size() * 99 / 100], micros[micros.size() * 999 / 1000]);
}
