#include "services/common/storage/postgres/postgres_connect.h"

#include <poll.h>

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/common/errors/errors.h"
#include "services/common/storage/postgres/postgres_status.h"

namespace schutznetz::storage::postgres {
namespace {

constexpr absl::Duration kConnectMax = absl::Seconds(2);

std::string SessionOptions(const DatabaseOptions& options, Use use) {
  const char* limits = use == Use::kStatements ? "-c statement_timeout=2000 -c lock_timeout=1000"
                                               : "-c statement_timeout=0 -c lock_timeout=60000";
  return absl::StrCat(
      limits, " -c idle_in_transaction_session_timeout=5000 -c synchronous_commit=on -c search_path=", options.schema,
      " -c client_min_messages=warning -c default_transaction_isolation=read\\ committed");
}

// Server notices go nowhere: they may quote values.
void IgnoreNotice(void* /*unused*/, const PGresult* /*notice*/) {}

ConnectionHandle StartConnecting(const DatabaseOptions& options, Use use) {
  const std::string session_options = SessionOptions(options, use);
  std::vector<const char*> names = {"dbname",           "options",         "client_encoding",
                                    "application_name", "keepalives_idle", "tcp_user_timeout"};
  std::vector<const char*> values = {
      options.connection_string.c_str(), session_options.c_str(), "UTF8", "schutznetz", "30", "10000"};
  if (!options.password.empty()) {
    names.push_back("password");
    values.push_back(options.password.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  return ConnectionHandle(PQconnectStartParams(names.data(), values.data(), /*expand_dbname=*/1));
}

}  // namespace

bool WaitForSocket(PGconn* connection, short events, absl::Time deadline) {
  pollfd poll_fd{.fd = PQsocket(connection), .events = events, .revents = 0};
  if (poll_fd.fd < 0) return true;  // closed: the next call on the connection says so
  while (true) {
    const int64_t left_ms =
        deadline == absl::InfiniteFuture()
            ? -1
            : std::max<int64_t>(0,
                                absl::ToInt64Milliseconds(absl::Ceil(deadline - absl::Now(), absl::Milliseconds(1))));
    const int ready = poll(&poll_fd, 1, static_cast<int>(std::min<int64_t>(left_ms, 60'000)));
    if (ready > 0) return true;
    if (ready == 0 && left_ms >= 0 && absl::Now() >= deadline) return false;
  }
}

absl::StatusOr<ConnectionHandle> Connect(const DatabaseOptions& options, Use use, absl::Time deadline) {
  const absl::Time end = std::min(deadline, absl::Now() + kConnectMax);
  ConnectionHandle connection = StartConnecting(options, use);
  if (connection == nullptr) return absl::UnavailableError("No memory for a connection to PostgreSQL.");
  PQsetNoticeReceiver(connection.get(), IgnoreNotice, nullptr);
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  while (PQstatus(connection.get()) != CONNECTION_BAD && state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
    if (!WaitForSocket(connection.get(), state == PGRES_POLLING_READING ? POLLIN : POLLOUT, end)) {
      return absl::Now() > deadline ? errors::DeadlinePassed() : ConnectionLost("no answer while connecting");
    }
    state = PQconnectPoll(connection.get());
  }
  if (PQstatus(connection.get()) != CONNECTION_OK) return ConnectionLost(PQerrorMessage(connection.get()));
  if (PQsetnonblocking(connection.get(), 1) != 0) return ConnectionLost("no non-blocking mode");
  return connection;
}

}  // namespace schutznetz::storage::postgres
