#include "services/common/storage/postgres/postgres_hints.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/common/errors/macros.h"
#include "services/common/storage/postgres/backoff.h"
#include "services/common/storage/postgres/postgres_status.h"

namespace schutznetz::storage::postgres {
namespace {

constexpr absl::Duration kBetweenHints = absl::Milliseconds(5);
constexpr absl::Duration kLookAround = absl::Seconds(1);
constexpr uint64_t kOne = 1;

}  // namespace

Hints::Hints(const DatabaseOptions& options, CommitListeners& listeners, Counters& counters)
    : options_(options),
      listeners_(listeners),
      counters_(counters),
      channel_(absl::StrCat("changes_", options.schema)),
      event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { Run(); }) {}

Hints::~Hints() {
  ending_ = true;
  (void)!write(event_, &kOne, sizeof kOne);
  thread_.join();
  close(event_);
}

void Hints::Committed() {
  if (!committed_.exchange(true)) (void)!write(event_, &kOne, sizeof kOne);
}

bool Hints::Wait(int socket, absl::Duration time) {
  pollfd poll_fds[] = {{.fd = event_, .events = POLLIN, .revents = 0}, {.fd = socket, .events = POLLIN, .revents = 0}};
  poll(poll_fds, 2, static_cast<int>(absl::ToInt64Milliseconds(time)));
  uint64_t count = 0;
  (void)!read(event_, &count, sizeof count);
  return !ending_;
}

void Hints::Run() {
  Backoff backoff;
  while (!ending_) {
    absl::StatusOr<std::unique_ptr<Connection>> connection =
        Connection::Open(options_, Use::kStatements, absl::InfiniteFuture());
    if (connection.ok()) {
      backoff.Reset();
      Serve(**connection).IgnoreError();
      counters_.reconnects.fetch_add(1, std::memory_order_relaxed);
    }
    const absl::Time until = absl::Now() + backoff.Next();
    while (absl::Now() < until && Wait(-1, until - absl::Now())) {
    }
  }
}

absl::Status Hints::Serve(Connection& connection) {
  RETURN_IF_ERROR(connection.Script(absl::StrCat("LISTEN ", channel_)));
  listeners_.Call({});  // what came while nobody listened
  while (Wait(PQsocket(connection.handle()), kLookAround)) {
    RETURN_IF_ERROR(Receive(connection));
    if (!committed_.exchange(false)) continue;
    RETURN_IF_ERROR(connection.Script(absl::StrCat("NOTIFY ", channel_)));
    absl::SleepFor(kBetweenHints);  // commits of this time share the next hint
  }
  return absl::OkStatus();
}

absl::Status Hints::Receive(Connection& connection) {
  if (PQconsumeInput(connection.handle()) != 1) return ConnectionLost("the listening connection ended");
  bool from_others = false;
  while (PGnotify* notification = PQnotifies(connection.handle())) {
    from_others = from_others || notification->be_pid != PQbackendPID(connection.handle());
    PQfreemem(notification);
  }
  if (from_others) listeners_.Call({});
  return absl::OkStatus();
}

}  // namespace schutznetz::storage::postgres
