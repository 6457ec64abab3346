#include <gtest/gtest.h>

#include "gateway/transcoding/http_status.h"
#include "gateway/transcoding/testdata/library.h"
#include "gateway/transcoding/transcoder.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

class ToErrorTest : public testing::Test {
 protected:
  ToErrorTest()
      : transcoder_(LibraryTranscoder()),
        create_(transcoder_->binding(transcoder_->Match("POST", "/v1/shelves/a/books"))) {}

  std::unique_ptr<const Transcoder> transcoder_;
  const Binding& create_;
};

TEST_F(ToErrorTest, RestShowsTheStatusWithTypedDetails) {
  const ErrorReply reply =
      transcoder_->ToError(errors::InvalidField("book.title", "Must not be empty."), {.binding = &create_});
  EXPECT_EQ(reply.http_status, 400);
  EXPECT_EQ(reply.content_type, "application/json");
  EXPECT_EQ(reply.body.substr(0, 20), R"({"code":3,"message":)");
  EXPECT_NE(reply.body.find(R"({"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"INVALID_FIELD",)"
                            R"("domain":"schutznetz.transcoding.test.Library"})"),
            std::string::npos)
      << reply.body;
  EXPECT_NE(reply.body.find(R"({"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":)"
                            R"([{"field":"book.title","description":"Must not be empty."}]})"),
            std::string::npos)
      << reply.body;
}

TEST_F(ToErrorTest, RetryTimesAreShownAsDurations) {
  const ErrorReply reply = transcoder_->ToError(errors::RateLimited(absl::Milliseconds(1500)), {});
  EXPECT_EQ(reply.http_status, 429);
  EXPECT_NE(reply.body.find(R"("retryDelay":"1.500s")"), std::string::npos) << reply.body;
  EXPECT_NE(reply.body.find(R"("domain":"schutznetz.gateway")"), std::string::npos) << reply.body;
}

TEST_F(ToErrorTest, ProblemJsonPointsIntoTheBody) {
  const absl::Status status =
      errors::InvalidFields({{"book.translators[1].displayName", "A."}, {"bookId", "B."}, {"book", "C."}});
  const ErrorReply reply =
      transcoder_->ToError(status, {.request_id = "r-1", .problem_json = true, .binding = &create_});
  EXPECT_EQ(reply.http_status, 400);
  EXPECT_EQ(reply.content_type, "application/problem+json");
  EXPECT_EQ(reply.body.substr(0, 61), R"({"type":"about:blank","title":"Bad Request","status":400,"det)");
  EXPECT_NE(
      reply.body.find(
          R"("instance":"r-1","code":3,"reason":"INVALID_FIELD","domain":"schutznetz.transcoding.test.Library",)"
          R"("errors":[{"field":"book.translators[1].displayName","pointer":"/translators/1/displayName","detail":"A."},)"
          R"({"field":"bookId","detail":"B."},{"field":"book","pointer":"","detail":"C."}]})"),
      std::string::npos)
      << reply.body;
}

TEST_F(ToErrorTest, MetadataIsShownInOrder) {
  const ErrorReply reply = transcoder_->ToError(errors::EtagMismatch("services/x", "e"), {.problem_json = true});
  EXPECT_EQ(reply.http_status, 409);
  EXPECT_NE(reply.body.find(R"("metadata":{"etag":"e","resource":"services/x"})"), std::string::npos) << reply.body;
}

TEST_F(ToErrorTest, DetailsOfUnknownOrDamagedTypesAreLeftOut) {
  google::rpc::Status status;
  status.set_code(5);
  status.set_message("m");
  status.add_details()->PackFrom(transcoding::test::Book());
  EXPECT_EQ(transcoder_->ToError(status, {}).body, R"({"code":5,"message":"m"})");
  status.mutable_details(0)->set_type_url("type.googleapis.com/google.rpc.ErrorInfo");
  status.mutable_details(0)->set_value("\x0a\x7f");
  EXPECT_EQ(transcoder_->ToError(status, {}).body, R"({"code":5,"message":"m"})");
}

TEST(HttpStatusTest, EveryCodeHasItsStatus) {
  using absl::StatusCode;
  const std::pair<StatusCode, int> rows[] = {
      {StatusCode::kCancelled, 499},         {StatusCode::kUnknown, 500},
      {StatusCode::kInvalidArgument, 400},   {StatusCode::kDeadlineExceeded, 504},
      {StatusCode::kNotFound, 404},          {StatusCode::kAlreadyExists, 409},
      {StatusCode::kPermissionDenied, 403},  {StatusCode::kUnauthenticated, 401},
      {StatusCode::kResourceExhausted, 429}, {StatusCode::kFailedPrecondition, 400},
      {StatusCode::kAborted, 409},           {StatusCode::kOutOfRange, 400},
      {StatusCode::kUnimplemented, 501},     {StatusCode::kInternal, 500},
      {StatusCode::kUnavailable, 503},       {StatusCode::kDataLoss, 500},
  };
  for (const auto& [code, status] : rows) {
    EXPECT_EQ(HttpStatusOf(code, ""), status);
    EXPECT_NE(HttpStatusPhrase(status), "") << status;
  }
}

TEST(HttpStatusTest, ReasonsDecideWhereHttpKnowsMore) {
  using absl::StatusCode;
  EXPECT_EQ(HttpStatusOf(StatusCode::kOutOfRange, "CURSOR_TOO_OLD"), 410);
  EXPECT_EQ(HttpStatusOf(StatusCode::kInvalidArgument, "REQUEST_ID_REUSED"), 422);
  EXPECT_EQ(HttpStatusOf(StatusCode::kFailedPrecondition, "ETAG_MISSING"), 428);
  EXPECT_EQ(HttpStatusOf(StatusCode::kAborted, "ETAG_MISMATCH"), 409);
  EXPECT_EQ(HttpStatusOf(StatusCode::kAborted, "ETAG_MISMATCH", true), 412);
  EXPECT_EQ(HttpStatusOf(StatusCode::kUnimplemented, "METHOD_NOT_ALLOWED"), 405);
  EXPECT_EQ(HttpStatusOf(StatusCode::kResourceExhausted, "SIZE_LIMIT"), 413);
  EXPECT_EQ(HttpStatusOf(StatusCode::kInvalidArgument, "MEDIA_TYPE_UNSUPPORTED"), 415);
}

}  // namespace
}  // namespace schutznetz::gateway
