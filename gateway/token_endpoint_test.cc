// POST /oauth2/token on a real socket: a form goes to the exchange server as it came, and every answer has the form of
// RFC 6749.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "absl/strings/str_cat.h"
#include "gateway/gateway.h"
#include "gateway/testing/fake_backend.h"
#include "gateway/testing/raw_client.h"
#include "schutznetz/common/v1/http_body.pb.h"
#include "schutznetz/exchange/v1/token.pb.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

using testing::BackendAnswer;
using testing::BackendCall;
using testing::FakeBackend;
using ::testing::HasSubstr;
using testing::RawAnswer;
using testing::RawClient;

constexpr char kJson[] = R"({"access_token":"a.b.c","token_type":"Bearer","expires_in":600,"scope":""})";
constexpr char kForm[] = "Content-Type: application/x-www-form-urlencoded\r\n";

class TokenEndpointTest : public ::testing::Test {
 protected:
  TokenEndpointTest() : exchange_([this](const BackendCall& call) { return Answer(call); }) {
    options_.port = options_.admin_port = 0;
    options_.workers = 1;
    options_.directory_address = options_.exchange_address = exchange_.address();
    options_.context_keys = config::Secret(
        "k1 gateway directory AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
        "k1 gateway exchange AAICAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n");
    options_.drain_wait = absl::ZeroDuration();
  }
  void Start() {
    gateway_ = std::make_unique<Gateway>(options_, metrics_, log_);
    const absl::Status started = gateway_->Start();
    ASSERT_TRUE(started.ok()) << started;
  }
  BackendAnswer Answer(const BackendCall& call) {
    BackendAnswer answer;
    if (!call.method.ends_with("/IssueToken")) {
      answer.error = errors::TemporarilyUnavailable(absl::Seconds(1));
      return answer;
    }
    const std::lock_guard lock(mutex_);
    asked_ = call;
    answer.error = error_;
    common::v1::HttpBody body;
    body.set_content_type("application/json");
    body.set_data(kJson);
    answer.message = body.SerializeAsString();
    return answer;
  }
  RawAnswer Ask(const std::string& fields, const std::string& body, const std::string& line = "POST /oauth2/token") {
    RawClient client(gateway_->port());
    const std::string length = line.starts_with("GET") ? "" : absl::StrCat("Content-Length: ", body.size(), "\r\n");
    const auto answer = client.Ask(absl::StrCat(line, " HTTP/1.1\r\nHost: a\r\n", fields, length, "\r\n", body));
    EXPECT_TRUE(answer.has_value());
    return answer.value_or(RawAnswer{});
  }
  // Status and error code; every error must be JSON that nobody keeps.
  std::string Refusal(const std::string& fields, const std::string& body,
                      const std::string& line = "POST /oauth2/token") {
    const RawAnswer answer = Ask("Accept: application/problem+json\r\n" + fields, body, line);
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
    return absl::StrCat(answer.status, " ", answer.body.substr(0, answer.body.find(',')));
  }
  void FailWith(absl::Status error) {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }

  telemetry::LogWriter log_{{.service = "gateway-test", .file_descriptor = 2}};
  telemetry::Metrics metrics_;
  Options options_;
  std::mutex mutex_;
  BackendCall asked_;
  absl::Status error_;
  FakeBackend exchange_;
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(TokenEndpointTest, FormAndHeaderArriveAsTheyCame) {
  Start();
  const RawAnswer answer =
      Ask(absl::StrCat(kForm, "Authorization: Basic YTpi\r\n"), "grant_type=client_credentials&x=%zz");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, kJson);
  EXPECT_EQ(answer.headers.at("content-type"), "application/json");
  EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
  EXPECT_EQ(answer.headers.at("pragma"), "no-cache");
  exchange::v1::IssueTokenRequest request;
  const std::lock_guard lock(mutex_);
  ASSERT_TRUE(request.ParseFromString(asked_.message));
  EXPECT_EQ(request.body().content_type(), "application/x-www-form-urlencoded");
  EXPECT_EQ(request.body().data(), "grant_type=client_credentials&x=%zz");
  EXPECT_EQ(request.authorization(), "Basic YTpi");
  EXPECT_EQ(asked_.metadata.count("authorization"), 0u);
}

TEST_F(TokenEndpointTest, EveryErrorIsOneOfTheStandard) {
  Start();
  EXPECT_EQ(Refusal("Content-Type: application/json\r\n", "{}"), R"(400 {"error":"invalid_request")");
  EXPECT_EQ(Refusal(kForm, std::string(8193, 'a')), R"(413 {"error":"invalid_request")");
  EXPECT_EQ(Refusal(kForm, "a=b", "POST /oauth2/token?client_id=a"), R"(400 {"error":"invalid_request")");
  // Secrets never come in an address.
  EXPECT_EQ(Refusal(kForm, "a=b", "POST /oauth2/token?authorization=Basic%20YTpi"),
            R"(400 {"error":"invalid_request")");
  EXPECT_EQ(Refusal(kForm, "a=b", "POST /oauth2/token?body.data=a"), R"(400 {"error":"invalid_request")");
  EXPECT_EQ(Refusal("", "", "GET /oauth2/token"), R"(405 {"error":"invalid_request")");
  FailWith(errors::CredentialsRequired());
  const RawAnswer refused = Ask(kForm, "a=b");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.headers.at("www-authenticate"), "Basic realm=\"schutznetz\", charset=\"UTF-8\"");
  FailWith(errors::ScopeRefused());
  EXPECT_EQ(Refusal(kForm, "a=b"), R"(400 {"error":"invalid_scope")");
  FailWith(errors::AccessDenied());
  EXPECT_EQ(Refusal(kForm, "a=b"), R"(400 {"error":"unauthorized_client")");
  FailWith(errors::TemporarilyUnavailable(absl::Seconds(3)));
  EXPECT_EQ(Ask(kForm, "a=b").headers.at("retry-after"), "3");
  EXPECT_EQ(Refusal(kForm, "a=b"), R"(503 {"error":"temporarily_unavailable")");
}

TEST_F(TokenEndpointTest, AnAddressHasThirtyInAQuarterOfAnHour) {
  Start();
  for (int i = 0; i < 30; ++i) EXPECT_EQ(Ask(kForm, "a=b").status, 200) << i;
  const RawAnswer refused = Ask(kForm, "a=b");
  EXPECT_EQ(refused.status, 429);
  EXPECT_THAT(refused.body, HasSubstr(R"("error":"temporarily_unavailable")"));
  EXPECT_EQ(refused.headers.at("ratelimit-policy"), "\"login\";q=30;w=900");
}

}  // namespace
}  // namespace schutznetz::gateway
