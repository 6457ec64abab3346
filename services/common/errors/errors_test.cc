#include "services/common/errors/errors.h"

#include <vector>

#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "schutznetz/common/v1/error_reason.pb.h"
#include "services/common/errors/macros.h"
#include "services/common/errors/status_proto.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::errors {
namespace {

using testing::EqualsProto;
using testing::HasReason;
using testing::StatusIs;

struct Situation {
  const char* name;
  absl::Status status;
  absl::StatusCode code;
  const char* reason;
};

std::vector<Situation> AllSituations() {
  using absl::StatusCode;
  return {
      {"InvalidField", InvalidField("a", "Must be b."), StatusCode::kInvalidArgument, "INVALID_FIELD"},
      {"MalformedBody", MalformedBody("Unexpected comma", 7), StatusCode::kInvalidArgument, "MALFORMED_BODY"},
      {"MalformedRequest", MalformedRequest("Two hosts."), StatusCode::kInvalidArgument, "MALFORMED_REQUEST"},
      {"ImmutableField", ImmutableField("a"), StatusCode::kInvalidArgument, "IMMUTABLE_FIELD"},
      {"PageTokenInvalid", PageTokenInvalid(), StatusCode::kInvalidArgument, "PAGE_TOKEN_INVALID"},
      {"RequestIdReused", RequestIdReused("r"), StatusCode::kInvalidArgument, "REQUEST_ID_REUSED"},
      {"MediaTypeUnsupported", MediaTypeUnsupported("a/b"), StatusCode::kInvalidArgument, "MEDIA_TYPE_UNSUPPORTED"},
      {"NotFound", NotFound("services/x"), StatusCode::kNotFound, "RESOURCE_NOT_FOUND"},
      {"PlaceNotFound", PlaceNotFound("x"), StatusCode::kNotFound, "PLACE_NOT_FOUND"},
      {"RouteNotFound", RouteNotFound(), StatusCode::kNotFound, "ROUTE_NOT_FOUND"},
      {"MethodUnknown", MethodUnknown("/a/B"), StatusCode::kUnimplemented, "ROUTE_NOT_FOUND"},
      {"MethodNotAllowed", MethodNotAllowed("GET"), StatusCode::kUnimplemented, "METHOD_NOT_ALLOWED"},
      {"Exists", Exists("services/x"), StatusCode::kAlreadyExists, "RESOURCE_EXISTS"},
      {"EtagMismatch", EtagMismatch("services/x", "e"), StatusCode::kAborted, "ETAG_MISMATCH"},
      {"RequestInProgress", RequestInProgress(), StatusCode::kAborted, "REQUEST_IN_PROGRESS"},
      {"ImportOffsetMismatch", ImportOffsetMismatch(3), StatusCode::kAborted, "IMPORT_OFFSET_MISMATCH"},
      {"EtagMissing", EtagMissing("services/x"), StatusCode::kFailedPrecondition, "ETAG_MISSING"},
      {"ReferenceNotFound", ReferenceNotFound("a", "b/c"), StatusCode::kFailedPrecondition, "REFERENCE_NOT_FOUND"},
      {"InUse", InUse("a/b", 3), StatusCode::kFailedPrecondition, "RESOURCE_IN_USE"},
      {"Deleted", Deleted("a/b"), StatusCode::kFailedPrecondition, "RESOURCE_DELETED"},
      {"NotDeleted", NotDeleted("a/b"), StatusCode::kFailedPrecondition, "RESOURCE_NOT_DELETED"},
      {"WrongState", WrongState("APPLIED", "Again."), StatusCode::kFailedPrecondition, "WRONG_STATE"},
      {"CursorTooOld", CursorTooOld(), StatusCode::kOutOfRange, "CURSOR_TOO_OLD"},
      {"CredentialsRequired", CredentialsRequired(), StatusCode::kUnauthenticated, "CREDENTIALS_REQUIRED"},
      {"AccessDenied", AccessDenied(), StatusCode::kPermissionDenied, "ACCESS_DENIED"},
      {"SecondPersonNeeded", SecondPersonNeeded(), StatusCode::kFailedPrecondition, "SECOND_PERSON_NEEDED"},
      {"ContextOutdated", ContextOutdated(), StatusCode::kUnauthenticated, "CONTEXT_OUTDATED"},
      {"GrantTypeUnsupported", GrantTypeUnsupported(), StatusCode::kInvalidArgument, "GRANT_TYPE_UNSUPPORTED"},
      {"ScopeRefused", ScopeRefused(), StatusCode::kInvalidArgument, "SCOPE_REFUSED"},
      {"RateLimited", RateLimited(absl::Seconds(3)), StatusCode::kResourceExhausted, "RATE_LIMITED"},
      {"SizeLimit", SizeLimit("It", 1, 2), StatusCode::kResourceExhausted, "SIZE_LIMIT"},
      {"TemporarilyUnavailable", TemporarilyUnavailable(absl::Seconds(3)), StatusCode::kUnavailable,
       "TEMPORARILY_UNAVAILABLE"},
      {"DeadlinePassed", DeadlinePassed(), StatusCode::kDeadlineExceeded, "DEADLINE_PASSED"},
      {"Cancelled", Cancelled(), StatusCode::kCancelled, "CALL_CANCELLED"},
      {"Internal", Internal("disk on fire"), StatusCode::kInternal, "INTERNAL_ERROR"},
  };
}

TEST(ErrorsTest, EachSituationHasItsCodeReasonAndSentence) {
  for (const Situation& situation : AllSituations()) {
    SCOPED_TRACE(situation.name);
    EXPECT_THAT(situation.status, StatusIs(situation.code));
    EXPECT_THAT(situation.status, HasReason(situation.reason));
    EXPECT_FALSE(situation.status.message().empty());
    common::v1::ErrorReason known;
    EXPECT_TRUE(common::v1::ErrorReason_Parse(situation.reason, &known));
  }
}

TEST(ErrorsTest, EveryReasonOfTheContractHasASituation) {
  std::vector<std::string> missing;
  for (int i = 1; i < common::v1::ErrorReason_ARRAYSIZE; ++i) {
    const std::string name = common::v1::ErrorReason_Name(static_cast<common::v1::ErrorReason>(i));
    bool found = false;
    for (const Situation& situation : AllSituations()) found |= name == situation.reason;
    if (!found) missing.push_back(name);
  }
  EXPECT_THAT(missing, ::testing::IsEmpty());
}

TEST(ErrorsTest, InvalidFieldsKeepsAllViolationsInOrder) {
  const auto violations = ViolationsOf(InvalidFields({{"a", "First."}, {"b[0].c", "Second."}}));
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[0].field, "a");
  EXPECT_EQ(violations[1].field, "b[0].c");
  EXPECT_EQ(violations[1].description, "Second.");
}

TEST(ErrorsTest, RetryTimeIsKeptToTheNanosecond) {
  const absl::Duration time = absl::Seconds(2) + absl::Milliseconds(500);
  EXPECT_EQ(RetryAfterOf(TemporarilyUnavailable(time)), time);
  EXPECT_EQ(RetryAfterOf(absl::OkStatus()), absl::ZeroDuration());
}

TEST(StatusProtoTest, DomainIsFilledInAndDetailsSurviveTheRoundTrip) {
  const google::rpc::Status proto = ToProto(EtagMismatch("services/x", "abc"), "a.v1.B");
  ASSERT_EQ(proto.details_size(), 1);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(info.ParseFromString(proto.details(0).value()));
  EXPECT_THAT(info, EqualsProto(R"pb(
                reason: "ETAG_MISMATCH"
                domain: "a.v1.B"
                metadata { key: "etag" value: "abc" }
                metadata { key: "resource" value: "services/x" })pb"));
  const absl::Status back = FromProto(proto);
  EXPECT_THAT(back, HasReason("ETAG_MISMATCH"));
  EXPECT_EQ(MetadataOf(back, "etag"), "abc");
}

TEST(StatusProtoTest, LogTextNeverLeaves) {
  const absl::Status status = Internal("password=hunter2");
  EXPECT_EQ(LogTextOf(status), "password=hunter2");
  EXPECT_EQ(ToProto(status, "a.v1.B").SerializeAsString().find("hunter2"), std::string::npos);
}

TEST(StatusProtoTest, LibraryStatusesLoseTheirTextAndUnknownBecomesInternal) {
  const absl::Status shown = Presentable(absl::UnknownError("driver said: table persons"));
  EXPECT_THAT(shown, StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(shown.message().find("persons"), absl::string_view::npos);
  EXPECT_NE(LogTextOf(shown).find("persons"), std::string::npos);
  EXPECT_THAT(Presentable(absl::UnavailableError("x")), HasReason("TEMPORARILY_UNAVAILABLE"));
  EXPECT_THAT(Presentable(absl::DeadlineExceededError("x")), HasReason("DEADLINE_PASSED"));
  EXPECT_THAT(Presentable(absl::CancelledError("x")), HasReason("CALL_CANCELLED"));
  EXPECT_THAT(Presentable(absl::NotFoundError("row 7")), StatusIs(absl::StatusCode::kInternal));
  EXPECT_TRUE(Presentable(absl::OkStatus()).ok());
}

TEST(StatusProtoTest, ManyViolationsAreCutToTheLimitAndCounted) {
  std::vector<FieldViolation> violations(1000, {"service.phones[1].number", "Must be a phone number."});
  const google::rpc::Status proto = ToProto(InvalidFields(violations), "schutznetz.directory.v1.DirectoryService");
  EXPECT_LE(proto.ByteSizeLong(), kDetailsBytesMax);
  const auto shown = ViolationsOf(FromProto(proto));
  ASSERT_GT(shown.size(), 10u);
  EXPECT_NE(shown.back().description.find("more violations"), std::string::npos);
}

TEST(StatusProtoTest, LongMetadataIsCutAtACharacter) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "ü";
  const google::rpc::Status proto = ToProto(PlaceNotFound(text), "a.v1.B");
  EXPECT_LE(proto.ByteSizeLong(), kDetailsBytesMax);
  EXPECT_EQ(MetadataOf(FromProto(proto), "query").size() % 2, 0u);
}

absl::StatusOr<int> Half(int number) {
  if (number % 2 != 0) return InvalidField("number", "Must be even.");
  return number / 2;
}

absl::StatusOr<int> Quarter(int number) {
  ASSIGN_OR_RETURN(const int half, Half(number));
  RETURN_IF_ERROR(Half(half).status());
  return half / 2;
}

TEST(MacrosTest, FirstFailureReturns) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_THAT(Quarter(6), HasReason("INVALID_FIELD"));
  EXPECT_THAT(Quarter(5), HasReason("INVALID_FIELD"));
}

}  // namespace
}  // namespace schutznetz::errors
