#include "services/common/errors/errors.h"

#include <initializer_list>
#include <optional>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "schutznetz/common/v1/error_reason.pb.h"
#include "services/common/errors/payloads.h"

namespace schutznetz::errors {
namespace {

namespace pb = ::schutznetz::common::v1;
using Metadata = std::initializer_list<std::pair<const char*, std::string>>;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

absl::Status Make(absl::StatusCode code, pb::ErrorReason reason, const std::string& sentence, Metadata metadata = {}) {
  google::rpc::ErrorInfo info;
  info.set_reason(pb::ErrorReason_Name(reason));
  for (const auto& [key, value] : metadata) (*info.mutable_metadata())[key] = value;
  absl::Status status(code, sentence);
  SetPayload(status, kErrorInfoUrl, info);
  return status;
}

absl::Status WithRetry(absl::Status status, absl::Duration retry_after) {
  google::rpc::RetryInfo retry;
  const absl::Duration whole = absl::Trunc(retry_after, absl::Seconds(1));
  retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(whole));
  retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(retry_after - whole)));
  SetPayload(status, kRetryInfoUrl, retry);
  return status;
}

}  // namespace

absl::Status InvalidFields(std::vector<FieldViolation> violations) {
  std::string sentence =
      violations.size() == 1
          ? absl::StrCat("The field \"", violations[0].field, "\" is not valid: ", violations[0].description)
          : absl::StrCat(violations.size(), " fields are not valid; the details name each.");
  absl::Status status = Make(absl::StatusCode::kInvalidArgument, pb::INVALID_FIELD, sentence);
  google::rpc::BadRequest bad_request;
  for (FieldViolation& violation : violations) {
    auto* added = bad_request.add_field_violations();
    added->set_field(std::move(violation.field));
    added->set_description(std::move(violation.description));
  }
  SetPayload(status, kBadRequestUrl, bad_request);
  return status;
}

absl::Status InvalidField(std::string_view field, std::string_view description) {
  return InvalidFields({{std::string(field), std::string(description)}});
}

absl::Status MalformedBody(std::string_view description, int64_t offset) {
  if (offset < 0) return Make(absl::StatusCode::kInvalidArgument, pb::MALFORMED_BODY, std::string(description));
  return Make(absl::StatusCode::kInvalidArgument, pb::MALFORMED_BODY,
              absl::StrCat(View(description), " (at byte ", offset, ")"), {{"offset", absl::StrCat(offset)}});
}

absl::Status MalformedRequest(std::string_view sentence) {
  return Make(absl::StatusCode::kInvalidArgument, pb::MALFORMED_REQUEST, std::string(sentence));
}

absl::Status ImmutableField(std::string_view field) {
  absl::Status status = Make(
      absl::StatusCode::kInvalidArgument, pb::IMMUTABLE_FIELD,
      absl::StrCat("The field \"", View(field), "\" is set at creation only; send its present value or leave it out."),
      {{"field", std::string(field)}});
  google::rpc::BadRequest bad_request;
  auto* violation = bad_request.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description("Is set at creation only.");
  SetPayload(status, kBadRequestUrl, bad_request);
  return status;
}

absl::Status PageTokenInvalid() {
  return Make(absl::StatusCode::kInvalidArgument, pb::PAGE_TOKEN_INVALID,
              "The page token is not valid here: it is damaged, older than a day, or belongs to another query. "
              "Start again from the first page.");
}

absl::Status RequestIdReused(std::string_view request_id) {
  return Make(absl::StatusCode::kInvalidArgument, pb::REQUEST_ID_REUSED,
              "The request_id was used for another request before. Choose a new one.",
              {{"request_id", std::string(request_id)}});
}

absl::Status MediaTypeUnsupported(std::string_view supported) {
  return Make(absl::StatusCode::kInvalidArgument, pb::MEDIA_TYPE_UNSUPPORTED,
              absl::StrCat("This media type or encoding is not supported. Supported: ", View(supported), "."));
}

absl::Status GrantTypeUnsupported() {
  return Make(absl::StatusCode::kInvalidArgument, pb::GRANT_TYPE_UNSUPPORTED, "grant_type must be client_credentials.");
}

absl::Status ScopeRefused() {
  return Make(absl::StatusCode::kInvalidArgument, pb::SCOPE_REFUSED,
              "scope must name scopes of this client, with one space between them.");
}

absl::Status NotFound(std::string_view resource) {
  return Make(absl::StatusCode::kNotFound, pb::RESOURCE_NOT_FOUND,
              absl::StrCat("\"", View(resource), "\" was not found."), {{"resource", std::string(resource)}});
}

absl::Status PlaceNotFound(std::string_view query) {
  return Make(absl::StatusCode::kNotFound, pb::PLACE_NOT_FOUND,
              "No place, postcode or area key of this text is known. Check the spelling or use the area key.",
              {{"query", std::string(query)}});
}

absl::Status RouteNotFound() {
  return Make(absl::StatusCode::kNotFound, pb::ROUTE_NOT_FOUND, "There is nothing at this path.");
}

absl::Status MethodUnknown(std::string_view method) {
  return Make(absl::StatusCode::kUnimplemented, pb::ROUTE_NOT_FOUND,
              absl::StrCat("This server has no method \"", View(method), "\"."));
}

absl::Status MethodNotAllowed(std::string_view allowed) {
  return Make(absl::StatusCode::kUnimplemented, pb::METHOD_NOT_ALLOWED,
              absl::StrCat("The path does not take this verb. It takes: ", View(allowed), "."),
              {{"allow", std::string(allowed)}});
}

absl::Status Exists(std::string_view resource) {
  return Make(absl::StatusCode::kAlreadyExists, pb::RESOURCE_EXISTS,
              absl::StrCat("\"", View(resource), "\" exists already. Choose another id or update it."),
              {{"resource", std::string(resource)}});
}

absl::Status EtagMismatch(std::string_view resource, std::string_view current_etag) {
  const std::string sentence = absl::StrCat(
      "\"", View(resource), "\" changed since it was read. Read it again, merge, and retry with its new etag.");
  if (current_etag.empty()) {
    return Make(absl::StatusCode::kAborted, pb::ETAG_MISMATCH, sentence, {{"resource", std::string(resource)}});
  }
  return Make(absl::StatusCode::kAborted, pb::ETAG_MISMATCH, sentence,
              {{"resource", std::string(resource)}, {"etag", std::string(current_etag)}});
}

absl::Status RequestInProgress() {
  return WithRetry(Make(absl::StatusCode::kAborted, pb::REQUEST_IN_PROGRESS,
                        "The first request with this request_id is still running. Retry shortly."),
                   absl::Seconds(1));
}

absl::Status ImportOffsetMismatch(int64_t expected_offset) {
  return Make(
      absl::StatusCode::kAborted, pb::IMPORT_OFFSET_MISMATCH,
      absl::StrCat("The records do not continue where the import stands. Continue at offset ", expected_offset, "."),
      {{"expected_offset", absl::StrCat(expected_offset)}});
}

absl::Status EtagMissing(std::string_view resource) {
  return Make(absl::StatusCode::kFailedPrecondition, pb::ETAG_MISSING,
              absl::StrCat("Changing \"", View(resource), "\" needs the etag it was read with."),
              {{"resource", std::string(resource)}});
}

absl::Status ReferenceNotFound(std::string_view field, std::string_view resource) {
  return Make(absl::StatusCode::kFailedPrecondition, pb::REFERENCE_NOT_FOUND,
              absl::StrCat("The field \"", View(field), "\" names \"", View(resource), "\", which does not exist."),
              {{"field", std::string(field)}, {"resource", std::string(resource)}});
}

absl::Status InUse(std::string_view resource, int64_t children) {
  return Make(absl::StatusCode::kFailedPrecondition, pb::RESOURCE_IN_USE,
              absl::StrCat("\"", View(resource), "\" is used by ", children, " others, which must go first."),
              {{"resource", std::string(resource)}, {"children", absl::StrCat(children)}});
}

absl::Status Deleted(std::string_view resource) {
  return Make(absl::StatusCode::kFailedPrecondition, pb::RESOURCE_DELETED,
              absl::StrCat("\"", View(resource), "\" is deleted. Undelete it first."),
              {{"resource", std::string(resource)}});
}

absl::Status NotDeleted(std::string_view resource) {
  return Make(absl::StatusCode::kFailedPrecondition, pb::RESOURCE_NOT_DELETED,
              absl::StrCat("\"", View(resource), "\" is not deleted, so there is nothing to undelete."),
              {{"resource", std::string(resource)}});
}

absl::Status WrongState(std::string_view state, std::string_view sentence) {
  return Make(absl::StatusCode::kFailedPrecondition, pb::WRONG_STATE, std::string(sentence),
              {{"state", std::string(state)}});
}

absl::Status CursorTooOld() {
  return Make(absl::StatusCode::kOutOfRange, pb::CURSOR_TOO_OLD,
              "The cursor cannot be resumed here. List the resources again and watch from the new cursor.");
}

absl::Status CredentialsRequired() {
  return Make(absl::StatusCode::kUnauthenticated, pb::CREDENTIALS_REQUIRED,
              "This method needs valid credentials. Send them as \"Authorization: Bearer …\".");
}

absl::Status SecondPersonNeeded() {
  return Make(absl::StatusCode::kFailedPrecondition, pb::SECOND_PERSON_NEEDED,
              "Lowering a protection needs a second editor: propose it at /v1/protectionChanges.");
}

absl::Status AccessDenied() {
  return Make(absl::StatusCode::kPermissionDenied, pb::ACCESS_DENIED, "Your credentials do not allow this method.");
}

absl::Status ContextOutdated() {
  return Make(absl::StatusCode::kUnauthenticated, pb::CONTEXT_OUTDATED,
              "What is known about this caller is too old. Send the request again.");
}

absl::Status RateLimited(absl::Duration retry_after) {
  return WithRetry(
      Make(absl::StatusCode::kResourceExhausted, pb::RATE_LIMITED, "Too many requests. Retry after the stated time."),
      retry_after);
}

absl::Status SizeLimit(std::string_view what, int64_t limit, int64_t size) {
  return Make(absl::StatusCode::kResourceExhausted, pb::SIZE_LIMIT,
              absl::StrCat(View(what), " has ", size, " bytes; at most ", limit, " are allowed."),
              {{"limit", absl::StrCat(limit)}, {"size", absl::StrCat(size)}});
}

absl::Status TemporarilyUnavailable(absl::Duration retry_after) {
  return WithRetry(Make(absl::StatusCode::kUnavailable, pb::TEMPORARILY_UNAVAILABLE,
                        "The server cannot answer this right now. Retry after the stated time."),
                   retry_after);
}

absl::Status DeadlinePassed() {
  return Make(absl::StatusCode::kDeadlineExceeded, pb::DEADLINE_PASSED,
              "The deadline passed before the answer was ready.");
}

absl::Status Cancelled() {
  return Make(absl::StatusCode::kCancelled, pb::CALL_CANCELLED, "The caller went away before the answer was ready.");
}

absl::Status Internal(std::string_view log_text) {
  absl::Status status = Make(absl::StatusCode::kInternal, pb::INTERNAL_ERROR,
                             "Something went wrong on our side. The operator finds the cause under the request id.");
  status.SetPayload(kLogTextUrl, absl::Cord(View(log_text)));
  return status;
}

std::string LogTextOf(const absl::Status& status) {
  const absl::optional<absl::Cord> text = status.GetPayload(kLogTextUrl);
  return text.has_value() ? std::string(*text) : std::string();
}

std::string ReasonOf(const absl::Status& status) {
  const auto info = PayloadAs<google::rpc::ErrorInfo>(status, kErrorInfoUrl);
  return info.has_value() ? info->reason() : std::string();
}

std::string MetadataOf(const absl::Status& status, std::string_view key) {
  const auto info = PayloadAs<google::rpc::ErrorInfo>(status, kErrorInfoUrl);
  if (!info.has_value()) return {};
  const auto found = info->metadata().find(std::string(key));
  return found == info->metadata().end() ? std::string() : found->second;
}

std::vector<FieldViolation> ViolationsOf(const absl::Status& status) {
  std::vector<FieldViolation> violations;
  const auto bad_request = PayloadAs<google::rpc::BadRequest>(status, kBadRequestUrl);
  if (!bad_request.has_value()) return violations;
  for (const auto& violation : bad_request->field_violations()) {
    violations.push_back({violation.field(), violation.description()});
  }
  return violations;
}

absl::Duration RetryAfterOf(const absl::Status& status) {
  const auto retry = PayloadAs<google::rpc::RetryInfo>(status, kRetryInfoUrl);
  if (!retry.has_value()) return absl::ZeroDuration();
  return absl::Seconds(retry->retry_delay().seconds()) + absl::Nanoseconds(retry->retry_delay().nanos());
}

}  // namespace schutznetz::errors
