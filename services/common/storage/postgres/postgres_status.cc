#include "services/common/storage/postgres/postgres_status.h"

#include <string_view>

#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"
#include "services/common/storage/driver_status.h"

namespace schutznetz::storage::postgres {
namespace {

std::string_view Field(const PGresult* result, int field) {
  const char* text = PQresultErrorField(result, field);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

// The classes of Appendix A of the PostgreSQL documentation.
absl::Status StatusOfState(std::string_view state, const std::string& text) {
  if (state == "23505") return absl::AlreadyExistsError(text);                           // unique_violation
  if (state == "23503" || state == "23514") return absl::FailedPreconditionError(text);  // foreign key, check
  if (state == "57014") return errors::DeadlinePassed();  // query_canceled by statement_timeout
  if (state == "55P03") return MarkedAsLockTimeout(absl::UnavailableError(text));  // lock_not_available
  const std::string_view group = state.substr(0, 2);
  // Connection lost, transaction rolled back (deadlock), out of resources, limits, operator intervention, system error;
  // 25006 is a primary that became a standby, 25P03 an idle transaction.
  if (group == "08" || group == "40" || group == "53" || group == "54" || group == "57" || group == "58" ||
      state == "25006" || state == "25P03") {
    return absl::UnavailableError(text);
  }
  return group == "XX" ? absl::DataLossError(text) : errors::Internal(text);
}

}  // namespace

absl::Status StatusOf(const PGresult* result) {
  switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
    case PGRES_PIPELINE_SYNC:
      return absl::OkStatus();
    case PGRES_FATAL_ERROR:
      break;
    default:
      return errors::Internal("PostgreSQL answered with an unexpected kind of result.");
  }
  const std::string_view state = Field(result, PG_DIAG_SQLSTATE);
  if (state.empty()) return ConnectionLost(PQresultErrorMessage(result));
  return StatusOfState(
      state, absl::StrCat("postgres ", std::string(state), ": ", std::string(Field(result, PG_DIAG_MESSAGE_PRIMARY))));
}

absl::Status ConnectionLost(const std::string& what) {
  return absl::UnavailableError(absl::StrCat("The connection to PostgreSQL is lost: ", what));
}

bool AsksForNewConnection(const PGresult* result) {
  const std::string_view state = Field(result, PG_DIAG_SQLSTATE);
  return state == "0A000" || state == "26000" || state == "25006";
}

}  // namespace schutznetz::storage::postgres
