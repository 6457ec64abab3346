#include <gtest/gtest.h>

#include "gateway/transcoding/testdata/library.h"
#include "gateway/transcoding/transcoder.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

TEST(OAuthErrorTest, EveryErrorHasItsCode) {
  const auto transcoder = LibraryTranscoder();
  const Binding& order = transcoder->binding(transcoder->Match("POST", "/v1/shelves/a:order"));
  const auto told = [&](const absl::Status& status) {
    const ErrorReply reply = transcoder->ToError(status, {.problem_json = true, .binding = &order});
    EXPECT_EQ(reply.content_type, "application/json");
    return std::to_string(reply.http_status) + " " + reply.body.substr(0, reply.body.find(','));
  };
  EXPECT_EQ(told(errors::MalformedBody("x", 3)), R"(400 {"error":"invalid_request")");
  EXPECT_EQ(told(errors::MediaTypeUnsupported("x")), R"(400 {"error":"invalid_request")");
  EXPECT_EQ(told(errors::MethodNotAllowed("POST")), R"(405 {"error":"invalid_request")");
  EXPECT_EQ(told(errors::SizeLimit("The body", 1, 2)), R"(413 {"error":"invalid_request")");
  EXPECT_EQ(told(errors::CredentialsRequired()), R"(401 {"error":"invalid_client")");
  EXPECT_EQ(told(errors::AccessDenied()), R"(400 {"error":"unauthorized_client")");
  EXPECT_EQ(told(errors::GrantTypeUnsupported()), R"(400 {"error":"unsupported_grant_type")");
  EXPECT_EQ(told(errors::ScopeRefused()), R"(400 {"error":"invalid_scope")");
  EXPECT_EQ(told(errors::RateLimited(absl::Seconds(1))), R"(429 {"error":"temporarily_unavailable")");
  EXPECT_EQ(told(errors::TemporarilyUnavailable(absl::Seconds(1))), R"(503 {"error":"temporarily_unavailable")");
  EXPECT_EQ(told(errors::Internal("secret")), R"(500 {"error":"server_error")");
}

TEST(OAuthErrorTest, DescriptionsHaveOnlyWhatTheStandardAllows) {
  const auto transcoder = LibraryTranscoder();
  const Binding& order = transcoder->binding(transcoder->Match("POST", "/v1/shelves/a:order"));
  const ErrorReply reply = transcoder->ToError(errors::MalformedBody("a \"b\" \\ \n\xc3\xb6 c"), {.binding = &order});
  EXPECT_EQ(reply.body, R"({"error":"invalid_request","error_description":"a 'b' '  c"})");
}

}  // namespace
}  // namespace schutznetz::gateway
