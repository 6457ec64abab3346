// The peer of `register`: the same rule straight on PostgreSQL. Each caller has its own connection: BEGIN and SELECT …
// FOR UPDATE of the event's row in one round trip, then, when a place is free, the registration, the new count and the
// change row with COMMIT in another. usage: register_locked CONNECTION CALLERS SECONDS
#include <libpq-fe.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <utility>
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
  for (const auto& [name, sql] :
       {std::pair{"lock", "SELECT capacity - taken FROM seats WHERE event = 'fachtag' FOR UPDATE"},
        std::pair{
            "row",
            "INSERT INTO registration(id, event, person, state, body, create_us) VALUES($1, 'fachtag', $2, 2, $3, "
            "1795309200000000)"},
        std::pair{"taken", "UPDATE seats SET taken = taken + 1 WHERE event = 'fachtag'"},
        std::pair{"change",
                  "INSERT INTO changes(kind, name, operation, tags, time, trace_id) "
                  "VALUES('registration', 'events/fachtag#seats', 2, '', 1795309200000000, '')"}}) {
    PQclear(PQprepare(connection, name, sql, 0, nullptr));
  }
  if (!PQenterPipelineMode(connection) || PQsetnonblocking(connection, 1) != 0) Die(connection);
  return connection;
}

std::string RandomText(size_t size) {
  static std::mt19937_64 random(static_cast<uint64_t>(getpid()));
  std::string text;
  while (text.size() < size) text.push_back("abcdefghijklmnopqrstuvwxyz234567"[random() % 32]);
  return text;
}

struct Caller {
  PGconn* connection;
  Clock::time_point begin;
  bool locked = false;
  long free = 0;
};

void Push(PGconn* c) {
  if (!PQpipelineSync(c) || PQflush(c) < 0) Die(c);
}

void Lock(Caller& caller) {
  caller.begin = Clock::now();
  caller.locked = false;
  PQsendQueryParams(caller.connection, "BEGIN", 0, nullptr, nullptr, nullptr, nullptr, 0);
  PQsendQueryPrepared(caller.connection, "lock", 0, nullptr, nullptr, nullptr, 0);
  Push(caller.connection);
}

void Take(Caller& caller) {
  static const std::string body(300, 'r');  // as large as a stored registration with its sealed part
  if (caller.free < 1) std::exit(3);
  const std::string id = RandomText(27), person = RandomText(64);
  const char* row[] = {id.c_str(), person.c_str(), body.c_str()};
  PGconn* c = caller.connection;
  caller.locked = true;
  PQsendQueryPrepared(c, "row", 3, row, nullptr, nullptr, 0);
  PQsendQueryPrepared(c, "taken", 0, nullptr, nullptr, nullptr, 0);
  PQsendQueryPrepared(c, "change", 0, nullptr, nullptr, nullptr, 0);
  PQsendQueryParams(c, "COMMIT", 0, nullptr, nullptr, nullptr, nullptr, 0);
  Push(c);
}

// True when the pipeline's sync point was read.
bool Drain(Caller& caller) {
  PGconn* c = caller.connection;
  if (!PQconsumeInput(c)) Die(c);
  while (!PQisBusy(c)) {
    PGresult* result = PQgetResult(c);
    if (result == nullptr) continue;
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK) caller.free = std::atol(PQgetvalue(result, 0, 0));
    PQclear(result);
    if (status == PGRES_PIPELINE_SYNC) return true;
    if (status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED) Die(c);
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  std::vector<Caller> callers(static_cast<size_t>(std::atoi(argv[2])));
  std::vector<pollfd> polls;
  for (Caller& caller : callers) {
    caller.connection = Open(argv[1]);
    polls.push_back({PQsocket(caller.connection), POLLIN, 0});
    Lock(caller);
  }
  std::vector<float> micros;
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::duration<double>(std::atof(argv[3]));
  while (Clock::now() < end) {
    poll(polls.data(), polls.size(), 100);
    for (size_t i = 0; i < callers.size(); ++i) {
      if (!(polls[i].revents & POLLIN) || !Drain(callers[i])) continue;
      if (!callers[i].locked) {
        Take(callers[i]);
        continue;
      }
      micros.push_back(std::chrono::duration<float, std::micro>(Clock::now() - callers[i].begin).count());
      Lock(callers[i]);
    }
  }
  std::sort(micros.begin(), micros.end());
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::printf("{\"rps\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f}\n", static_cast<double>(micros.size()) / seconds,
              micros[micros.size() * 99 / 100], micros[micros.size() * 999 / 1000]);
}
