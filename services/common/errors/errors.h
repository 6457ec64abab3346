// The situations that every server can report, one function each.
//
// A status made here carries: the code, a sentence that tells the caller what to change, and payloads under the type
// URLs of google.rpc.ErrorInfo (reason, metadata), BadRequest (all violations) and RetryInfo. The ErrorInfo's domain
// stays empty until the one conversion (status_proto.h) fills in the service name. Sentences never hold driver text or
// personal data; what helps the operator only goes in by Internal() and leaves through LogTextOf().
//
// All functions are thread safe and never return OK.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace schutznetz::errors {

// One thing wrong with one field of the request.
struct FieldViolation {
  std::string field;        // JSON-style path, for example "service.phones[1].number"
  std::string description;  // a sentence, for example "Must be five digits."
};

// --- Bad shape: INVALID_ARGUMENT ---
// All violations of a request at once. `violations` must not be empty.
absl::Status InvalidFields(std::vector<FieldViolation> violations);
absl::Status InvalidField(std::string_view field, std::string_view description);
// The body is not what the method takes. `offset` is the byte where reading stopped; negative when unknown.
absl::Status MalformedBody(std::string_view description, int64_t offset = -1);
// The HTTP request breaks a rule that is never bent; the connection closes.
absl::Status MalformedRequest(std::string_view sentence);
// A field that is set at creation only was to be changed.
absl::Status ImmutableField(std::string_view field);
absl::Status PageTokenInvalid();
absl::Status RequestIdReused(std::string_view request_id);
absl::Status MediaTypeUnsupported(std::string_view supported);
// The token endpoint gives tokens for client_credentials only.
absl::Status GrantTypeUnsupported();
// A scope was asked for that is malformed, or that the client does not have.
absl::Status ScopeRefused();

// --- Not there: NOT_FOUND, UNIMPLEMENTED ---
// Absent and hidden from this caller look exactly the same.
absl::Status NotFound(std::string_view resource);
absl::Status PlaceNotFound(std::string_view query);
absl::Status RouteNotFound();
// UNIMPLEMENTED: the gRPC method does not exist here.
absl::Status MethodUnknown(std::string_view method);
// The path exists, the verb does not. UNIMPLEMENTED; the gateway answers 405.
absl::Status MethodNotAllowed(std::string_view allowed);

// --- Conflicts: ALREADY_EXISTS, ABORTED ---
absl::Status Exists(std::string_view resource);
// The resource changed since it was read. `current_etag` may be empty where the caller may not know it.
absl::Status EtagMismatch(std::string_view resource, std::string_view current_etag = {});
// The first request with this request_id is still running. Carries RetryInfo.
absl::Status RequestInProgress();
absl::Status ImportOffsetMismatch(int64_t expected_offset);

// --- Wrong state: FAILED_PRECONDITION, OUT_OF_RANGE ---
absl::Status EtagMissing(std::string_view resource);
absl::Status ReferenceNotFound(std::string_view field, std::string_view resource);
absl::Status InUse(std::string_view resource, int64_t children);
absl::Status Deleted(std::string_view resource);
absl::Status NotDeleted(std::string_view resource);
// `sentence` says which step the state allows.
absl::Status WrongState(std::string_view state, std::string_view sentence);
// OUT_OF_RANGE: the cursor is below the floor, from another epoch or from the future.
absl::Status CursorTooOld();

// --- Rights: UNAUTHENTICATED, PERMISSION_DENIED ---
absl::Status CredentialsRequired();
absl::Status AccessDenied();
// FAILED_PRECONDITION: a protection was to be lowered by one person.
absl::Status SecondPersonNeeded();
// UNAUTHENTICATED: what the gateway told about the caller is too old. It asks again; callers do not see this.
absl::Status ContextOutdated();

// --- Limits and weather: RESOURCE_EXHAUSTED, UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED ---
absl::Status RateLimited(absl::Duration retry_after);
// `what` names the thing, for example "The request body".
absl::Status SizeLimit(std::string_view what, int64_t limit, int64_t size);
absl::Status TemporarilyUnavailable(absl::Duration retry_after);
absl::Status DeadlinePassed();
absl::Status Cancelled();

// --- A bug: INTERNAL ---
// `log_text` is for the log only and never part of what a caller sees.
absl::Status Internal(std::string_view log_text);

// The text given to Internal(), or empty.
std::string LogTextOf(const absl::Status& status);
// The name of the ErrorReason that `status` carries, for example "ETAG_MISMATCH"; empty when it carries none.
std::string ReasonOf(const absl::Status& status);
// The value of ErrorInfo.metadata[key], or empty.
std::string MetadataOf(const absl::Status& status, std::string_view key);
// The violations that `status` carries, in order.
std::vector<FieldViolation> ViolationsOf(const absl::Status& status);
// What RetryInfo says, or zero.
absl::Duration RetryAfterOf(const absl::Status& status);

}  // namespace schutznetz::errors
