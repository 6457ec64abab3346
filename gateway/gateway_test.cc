// The whole gateway on real sockets, in front of a real gRPC server in this process.
#include "gateway/gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <mutex>
#include <string>

#include "absl/strings/str_cat.h"
#include "gateway/testing/fake_backend.h"
#include "gateway/testing/fake_exchange.h"
#include "gateway/testing/raw_client.h"
#include "schutznetz/directory/v1/directory_service.pb.h"
#include "schutznetz/directory/v1/service.pb.h"
#include "schutznetz/exchange/v1/access_service.pb.h"
#include "services/common/access/caller_context.h"
#include "services/common/errors/errors.h"
#include "services/common/testing/eventually.h"
#include "services/common/tokens/token_issuer.h"

namespace schutznetz::gateway {
namespace {

namespace directory = directory::v1;
using ::schutznetz::testing::Eventually;
using ::testing::AllOf;
using testing::BackendAnswer;
using testing::BackendCall;
using testing::FakeBackend;
using testing::FakeExchange;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RawAnswer;
using testing::RawClient;
using ::testing::StartsWith;

constexpr char kKeyLines[] =
    "k1 gateway directory AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
    "k1 gateway exchange AAICAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n";
constexpr char kEtag[] = "AbCdEfGhIjKlMn-_";

// A gateway with limits that tests can change before Start, and a backend that answers as `answer` says and records
// what it was asked.
class GatewayTest : public ::testing::Test {
 protected:
  GatewayTest()
      : backend_([this](const BackendCall& call) {
          const std::lock_guard lock(mutex_);
          last_ = call;
          return answer_;
        }) {
    options_.port = 0;
    options_.admin_port = 0;
    options_.workers = 2;
    options_.directory_address = backend_.address();
    options_.exchange_address = exchange_.address();
    options_.context_keys = config::Secret(kKeyLines);
    exchange_.Grant(absl::StrCat(tokens::kOwnIssuer, " members/1"), Editor());
    options_.rate_factor = 100'000;
    options_.drain_wait = absl::ZeroDuration();
    directory::Service service;
    service.set_name("services/abc");
    service.set_etag(kEtag);
    service.set_display_name("Beratungsstelle");
    Answer(service);
  }
  ~GatewayTest() override { log_.Flush(); }

  // Until the editor is known: then what the editor sent is looked at, and is not JSON.
  void Start() {
    ASSERT_TRUE(Gateway().Start().ok());
    const std::string bad = absl::StrCat(token_, "Content-Type: text/plain\r\n");
    ASSERT_TRUE(Eventually([&] { return Ask("POST", "/v1/services", bad, "{}").status == 415; }));
  }
  static exchange::v1::ResolvedCaller Editor() {
    exchange::v1::ResolvedCaller caller;
    caller.set_principal("members/1");
    caller.add_roles(common::v1::Rule::EDITOR);
    caller.add_lands("lands/DE-NW");
    return caller;
  }
  gateway::Gateway& Gateway() {
    if (gateway_ == nullptr) gateway_ = std::make_unique<gateway::Gateway>(options_, metrics_, log_);
    return *gateway_;
  }

  void Answer(const google::protobuf::Message& message) {
    const std::lock_guard lock(mutex_);
    answer_ = {};
    answer_.message = message.SerializeAsString();
  }
  void AnswerError(absl::Status error) {
    const std::lock_guard lock(mutex_);
    answer_ = {};
    answer_.error = std::move(error);
  }
  void AnswerLater() {
    const std::lock_guard lock(mutex_);
    answer_.wait = true;
  }
  BackendCall Last() {
    const std::lock_guard lock(mutex_);
    return last_;
  }
  std::string LastMetadata(const std::string& name) {
    const BackendCall call = Last();
    const auto found = call.metadata.find(name);
    return found == call.metadata.end() ? "" : found->second;
  }
  template <typename T>
  T LastRequest() {
    T request;
    EXPECT_TRUE(request.ParseFromString(Last().message));
    return request;
  }

  // One request on a connection of its own.
  RawAnswer Ask(const std::string& method, const std::string& target, const std::string& fields = "",
                const std::string& body = "") {
    RawClient client(Gateway().port());
    std::string bytes = absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: a\r\n", fields);
    if (!body.empty()) absl::StrAppend(&bytes, "Content-Length: ", body.size(), "\r\n");
    client.Send(bytes + "\r\n" + body);
    const auto answer = client.Receive(method == "HEAD");
    EXPECT_TRUE(answer.has_value()) << bytes;
    return answer.value_or(RawAnswer{});
  }
  RawAnswer Get(const std::string& target, const std::string& fields = "") { return Ask("GET", target, fields); }
  RawAnswer Write(const std::string& method, const std::string& target, const std::string& body,
                  const std::string& fields = "") {
    return Ask(method, target, absl::StrCat(token_, "Content-Type: application/json\r\n", fields), body);
  }

  const SystemClock clock_;
  const tokens::TokenIssuer issuer_ =
      *tokens::TokenIssuer::Create(tokens::NewSigningKeyPem(), tokens::kOwnIssuer, tokens::kDefaultAudience, clock_);
  // The header of an editor.
  const std::string token_ = absl::StrCat(
      "Authorization: Bearer ", *issuer_.Issue({.subject = "members/1", .client_id = "test"}, absl::Hours(1)), "\r\n");
  telemetry::LogWriter log_{{.service = "gateway-test", .file_descriptor = 2}};
  telemetry::Metrics metrics_;
  Options options_;
  std::mutex mutex_;
  BackendAnswer answer_;
  BackendCall last_;
  FakeBackend backend_;
  FakeExchange exchange_{*access::ContextKeys::Parse(kKeyLines), issuer_.Jwks()};
  std::unique_ptr<gateway::Gateway> gateway_;
};

// --- There and back ---

TEST_F(GatewayTest, GetIsTranscodedBothWays) {
  Start();
  const RawAnswer answer = Get("/v1/services/abc");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("content-type"), "application/json");
  EXPECT_THAT(answer.body,
              AllOf(HasSubstr(R"("name":"services/abc")"), HasSubstr(R"("displayName":"Beratungsstelle")")));
  EXPECT_EQ(Last().method, "/schutznetz.directory.v1.DirectoryService/GetService");
  EXPECT_EQ(LastRequest<directory::GetServiceRequest>().name(), "services/abc");
}

TEST_F(GatewayTest, QueryBecomesFields) {
  Answer(directory::ListServicesResponse());
  Start();
  EXPECT_EQ(Get("/v1/services?pageSize=7&organization=organizations%2Fx&show_deleted=true").status, 200);
  const auto request = LastRequest<directory::ListServicesRequest>();
  EXPECT_EQ(request.page_size(), 7);
  EXPECT_EQ(request.organization(), "organizations/x");
  EXPECT_TRUE(request.show_deleted());
}

TEST_F(GatewayTest, PostSendsTheBodyAsMessage) {
  Start();
  const RawAnswer answer = Write("POST", "/v1/services?serviceId=abc", R"({"displayName":"Neu"})");
  EXPECT_EQ(answer.status, 200);
  const auto request = LastRequest<directory::CreateServiceRequest>();
  EXPECT_EQ(request.service_id(), "abc");
  EXPECT_EQ(request.service().display_name(), "Neu");
}

TEST_F(GatewayTest, PatchBuildsTheMaskFromTheBody) {
  Start();
  EXPECT_EQ(Write("PATCH", "/v1/services/abc", R"({"displayName":"Neu","website":null})").status, 200);
  const auto request = LastRequest<directory::UpdateServiceRequest>();
  EXPECT_EQ(request.service().name(), "services/abc");
  EXPECT_THAT(request.update_mask().paths(), ::testing::UnorderedElementsAre("display_name", "website"));
}

TEST_F(GatewayTest, HeadIsGetWithoutABody) {
  Start();
  const RawAnswer whole = Get("/v1/services/abc");
  const RawAnswer head = Ask("HEAD", "/v1/services/abc");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-length"), absl::StrCat(whole.body.size()));
  EXPECT_EQ(head.headers.at("etag"), whole.headers.at("etag"));
}

TEST_F(GatewayTest, SelectedFieldsAndPrettyPrint) {
  Start();
  EXPECT_EQ(Get("/v1/services/abc?$fields=name").body, R"({"name":"services/abc"})");
  EXPECT_THAT(Get("/v1/services/abc?$fields=name&$prettyPrint=true").body, HasSubstr("\n"));
}

TEST_F(GatewayTest, LargeReplyArrivesWhole) {
  directory::ListServicesResponse list;
  for (int i = 0; i < 2000; ++i) list.add_services()->set_display_name(std::string(1000, 'x'));
  Answer(list);
  Start();
  const RawAnswer answer = Get("/v1/services");
  EXPECT_EQ(answer.status, 200);
  EXPECT_GT(answer.body.size(), 2'000'000u);
}

TEST_F(GatewayTest, NextPageIsLinked) {
  directory::ListServicesResponse list;
  list.set_next_page_token("tok+en");
  Answer(list);
  Start();
  EXPECT_EQ(Get("/v1/services?pageSize=2&pageToken=old").headers.at("link"),
            R"(</v1/services?pageSize=2&pageToken=tok%2Ben>; rel="next")");
}

TEST_F(GatewayTest, RootListsTheRoutes) {
  Start();
  for (const char* path : {"/", "/v1"}) {
    const RawAnswer answer = Get(path);
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr(R"("path":"/v1/services:reach")"));
  }
  EXPECT_EQ(Ask("POST", "/").status, 405);
}

// --- Metadata and deadline ---

TEST_F(GatewayTest, OnlyListedMetadataGoesUpstream) {
  Start();
  Get("/v1/services/abc",
      absl::StrCat(token_,
                   "X-Request-Id: my-id\r\nX-Evil-bin: %%%\r\nGrpc-Status: 3\r\nX-Forwarded-For: 1.2.3.4\r\n"
                   "Schutznetz-Position: abc123\r\nCookie: a=b\r\n"));
  EXPECT_EQ(LastMetadata("x-request-id"), "my-id");
  EXPECT_NE(LastMetadata(access::kCallerMetadata), "");
  EXPECT_EQ(LastMetadata("schutznetz-position"), "abc123");
  EXPECT_EQ(LastMetadata("traceparent").size(), 55u);
  for (const char* name : {"authorization", "x-evil-bin", "grpc-status", "x-forwarded-for", "cookie", "host"}) {
    EXPECT_EQ(LastMetadata(name), "") << name;
  }
}

TEST_F(GatewayTest, RequestIdIsEchoedWhenWellFormedElseMade) {
  Start();
  EXPECT_EQ(Get("/v1/services/abc", "X-Request-Id: a.B-c_1\r\n").headers.at("x-request-id"), "a.B-c_1");
  for (const std::string& id : {std::string("a b"), std::string(65, 'a'), std::string("a/b"), std::string()}) {
    const RawAnswer answer = Get("/v1/services/abc", "X-Request-Id: " + id + "\r\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_NE(answer.headers.at("x-request-id"), id);
    EXPECT_FALSE(answer.headers.at("x-request-id").empty());
  }
}

TEST_F(GatewayTest, TraceGoesOnWithASpanOfTheGateway) {
  Start();
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  Get("/v1/services/abc", "Traceparent: 00-" + trace + "-00f067aa0ba902b7-01\r\n");
  EXPECT_THAT(LastMetadata("traceparent"), AllOf(StartsWith("00-" + trace + "-"), Not(HasSubstr("00f067aa0ba902b7"))));
  Get("/v1/services/abc", "Traceparent: 00-00000000000000000000000000000000-00f067aa0ba902b7-01\r\n");
  EXPECT_THAT(LastMetadata("traceparent"), Not(HasSubstr("00000000000000000000000000000000")));
}

TEST_F(GatewayTest, DeadlineIsAskedForAndClamped) {
  constexpr auto kRounding = absl::Milliseconds(50);  // gRPC sends it in coarse steps, rounded up
  Start();
  Get("/v1/services/abc");
  EXPECT_LE(Last().time_left, absl::Seconds(2) + kRounding);
  EXPECT_GT(Last().time_left, absl::ZeroDuration());
  Get("/v1/services/abc", "Grpc-Timeout: 99999999H\r\n");
  EXPECT_LE(Last().time_left, absl::Seconds(2) + kRounding);
  Get("/v1/services/abc", "Connect-Timeout-Ms: 900\r\n");
  EXPECT_LE(Last().time_left, absl::Milliseconds(900) + kRounding);
  EXPECT_EQ(Get("/v1/services/abc", "Grpc-Timeout: 0S\r\n").status, 504);
  for (const char* bad : {"Grpc-Timeout: 1\r\n", "Grpc-Timeout: 123456789S\r\n", "Grpc-Timeout: -1S\r\n",
                          "Connect-Timeout-Ms: 12345678901\r\n", "Connect-Timeout-Ms: x\r\n"}) {
    EXPECT_EQ(Get("/v1/services/abc", bad).status, 400) << bad;
  }
}

TEST_F(GatewayTest, PassedDeadlineIs504) {
  AnswerLater();
  Start();
  EXPECT_EQ(Get("/v1/services/abc", "Grpc-Timeout: 30m\r\n").status, 504);
}

TEST_F(GatewayTest, PositionOfAWriteIsToldAndMustBeWellFormed) {
  {
    const std::lock_guard lock(mutex_);
    answer_.trailing["schutznetz-position"] = "sealed-position";
  }
  Start();
  EXPECT_EQ(Write("POST", "/v1/services", "{}").headers.at("schutznetz-position"), "sealed-position");
  EXPECT_EQ(Get("/v1/services/abc", "Schutznetz-Position: a b\r\n").status, 400);
}

// --- Errors ---

TEST_F(GatewayTest, ErrorsAreGoogleRpcStatusOrProblemJson) {
  AnswerError(errors::InvalidField("service.website", "Must be a URL."));
  Start();
  const RawAnswer plain = Get("/v1/services/abc");
  EXPECT_EQ(plain.status, 400);
  EXPECT_EQ(plain.headers.at("content-type"), "application/json");
  EXPECT_THAT(plain.body, AllOf(HasSubstr(R"("code":3)"), HasSubstr(R"("reason":"INVALID_FIELD")"),
                                HasSubstr(R"("field":"service.website")")));
  const RawAnswer problem = Get("/v1/services/abc", "Accept: application/problem+json, application/json\r\n");
  EXPECT_EQ(problem.headers.at("content-type"), "application/problem+json");
  EXPECT_THAT(problem.body,
              AllOf(HasSubstr(R"("status":400)"), HasSubstr("\"instance\":\"" + problem.headers.at("x-request-id"))));
}

TEST_F(GatewayTest, CodesBecomeStatuses) {
  Start();
  const std::pair<absl::Status, int> kTable[] = {
      {errors::NotFound("services/abc"), 404},
      {errors::AccessDenied(), 403},
      {errors::Exists("services/abc"), 409},
      {errors::EtagMissing("services/abc"), 428},
      {errors::CursorTooOld(), 410},
      {errors::RequestIdReused("x"), 422},
      {errors::DeadlinePassed(), 504},
      {errors::Internal("secret"), 500},
      {errors::CredentialsRequired(), 401},
      {errors::RateLimited(absl::Seconds(7)), 429},
      {errors::WrongState("APPLIED", "x"), 400},
      {errors::EtagMismatch("services/abc"), 409},
  };
  for (const auto& [error, status] : kTable) {
    AnswerError(error);
    const RawAnswer answer = Get("/v1/services/abc");
    EXPECT_EQ(answer.status, status) << error;
    EXPECT_THAT(answer.body, Not(HasSubstr("secret")));
    EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
  }
}

TEST_F(GatewayTest, RetryAfterAgreesWithTheDetails) {
  AnswerError(errors::TemporarilyUnavailable(absl::Milliseconds(2500)));
  Start();
  const RawAnswer answer = Write("POST", "/v1/services", "{}");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers.at("retry-after"), "3");
  EXPECT_THAT(answer.body, HasSubstr(R"("retryDelay":"2.500s")"));
}

TEST_F(GatewayTest, BackendThatIsAwayIs503) {
  options_.directory_address = "127.0.0.1:1";
  Start();
  const RawAnswer answer = Get("/v1/services/abc");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers.count("retry-after"), 1u);
  EXPECT_THAT(answer.body, Not(HasSubstr("127.0.0.1")));
}

TEST_F(GatewayTest, ReadsAreTriedTwiceWritesOnce) {
  AnswerError(errors::TemporarilyUnavailable(absl::Seconds(1)));
  Start();
  EXPECT_EQ(Get("/v1/services/abc").status, 503);
  EXPECT_EQ(backend_.calls(), 2);
  EXPECT_EQ(Write("POST", "/v1/services", "{}").status, 503);
  EXPECT_EQ(backend_.calls(), 3);
}

TEST_F(GatewayTest, UnknownPathsAndVerbs) {
  Start();
  const RawAnswer missing = Get("/v2/services");
  EXPECT_EQ(missing.status, 404);
  EXPECT_THAT(missing.body, HasSubstr("ROUTE_NOT_FOUND"));
  const RawAnswer verb = Ask("PUT", "/v1/lands");
  EXPECT_EQ(verb.status, 405);
  EXPECT_THAT(verb.headers.at("allow"), HasSubstr("GET"));
  for (const char* path : {"/v1/../etc", "/v1//lands", "/v1/lands/", "/v1/lands/a%2fb", "/v1/lands/%00",
                           "/v1/lands/%zz", "/v1/lands/a%5cb", "/v1/lands/%ff"}) {
    EXPECT_EQ(Get(path).status, 400) << path;
  }
  EXPECT_EQ(backend_.calls(), 0);
}

TEST_F(GatewayTest, MalformedBodiesAndQueriesDoNotReachTheServer) {
  Start();
  for (const char* body : {"{", "[]", "{\"a\":1,}", "{'a':1}", "{\"displayName\":1}", "{} x", "{\"nope\":1}",
                           "{\"displayName\":\"\\ud800\"}", "{\"website\":\"a\",\"website\":\"b\"}"}) {
    EXPECT_EQ(Write("POST", "/v1/services", body).status, 400) << body;
  }
  for (const char* query : {"nope=1", "pageSize=x", "pageSize=1&pageSize=2", "pageSize=1&page_size=2", "a=%zz"}) {
    EXPECT_EQ(Get(absl::StrCat("/v1/services?", query)).status, 400) << query;
  }
  EXPECT_EQ(Ask("GET", "/v1/services/abc", "", "{}").status, 400);
  EXPECT_EQ(backend_.calls(), 0);
}

TEST_F(GatewayTest, RefusalsOfTheConnectionHaveTheSameForm) {
  Start();
  RawClient client(Gateway().port());
  const auto answer =
      client.Ask("GET / HTTP/1.1\r\nX-Request-Id: abc\r\nTransfer-Encoding: xchunked\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 400);
  EXPECT_THAT(answer->body, AllOf(HasSubstr("MALFORMED_REQUEST"), HasSubstr(R"("code":3)")));
  EXPECT_EQ(answer->headers.at("x-request-id"), "abc");
  EXPECT_EQ(answer->headers.at("x-content-type-options"), "nosniff");
  EXPECT_TRUE(client.ClosedByServer());
}

TEST_F(GatewayTest, BodyTooLargeIs413) {
  Start();
  const RawAnswer answer = Write("POST", "/v1/services", std::string((1 << 20) + 1, ' '));
  EXPECT_EQ(answer.status, 413);
  EXPECT_THAT(answer.body, HasSubstr("SIZE_LIMIT"));
}

// --- Media types ---

TEST_F(GatewayTest, MediaTypesAreChecked) {
  Start();
  EXPECT_EQ(Get("/v1/services/abc", "Accept: text/html\r\n").status, 406);
  EXPECT_EQ(Get("/v1/services/abc", "Accept: application/json;q=0, */*\r\n").status, 406);
  EXPECT_EQ(Get("/v1/services/abc", "Accept: text/html, */*;q=0.1\r\n").status, 200);
  EXPECT_EQ(Get("/v1/services/abc", "Accept: text/html\r\nAccept: application/*\r\n").status, 200);
  const auto post = [&](const char* fields) {
    return Ask("POST", "/v1/services", absl::StrCat(token_, fields), "{}").status;
  };
  EXPECT_EQ(post(""), 415);
  EXPECT_EQ(post("Content-Type: text/plain\r\n"), 415);
  EXPECT_EQ(post("Content-Type: application/json; charset=latin1\r\n"), 415);
  EXPECT_EQ(post("Content-Type: application/json\r\nContent-Encoding: gzip\r\n"), 415);
  EXPECT_EQ(post("Content-Type: Application/JSON; Charset=\"UTF-8\"\r\n"), 200);
  EXPECT_EQ(Ask("POST", "/v1/services", absl::StrCat(token_, "Content-Type: application/json\r\n")).status, 411);
}

TEST_F(GatewayTest, EmptyBodyIsTheEmptyMessage) {
  Start();
  EXPECT_EQ(Ask("POST", "/v1/services", absl::StrCat(token_, "Content-Length: 0\r\n")).status, 200);
  EXPECT_EQ(Last().message, "");
}

TEST_F(GatewayTest, AnswersAreCompressedAsTheClientPrefers) {
  directory::Service service;
  service.set_etag(kEtag);
  service.set_display_name(std::string(5000, 'x'));
  Answer(service);
  Start();
  EXPECT_EQ(Get("/v1/services/abc").headers.count("content-encoding"), 0u);
  const RawAnswer brotli = Get("/v1/services/abc", "Accept-Encoding: gzip, br\r\n");
  EXPECT_EQ(brotli.headers.at("content-encoding"), "br");
  EXPECT_EQ(brotli.headers.at("etag"), absl::StrCat("\"", kEtag, "-br\""));
  EXPECT_THAT(brotli.headers.at("vary"), HasSubstr("Accept-Encoding"));
  const RawAnswer gzip = Get("/v1/services/abc", "Accept-Encoding: gzip, br;q=0.5\r\n");
  EXPECT_EQ(gzip.headers.at("content-encoding"), "gzip");
  EXPECT_LT(gzip.body.size(), 500u);
  EXPECT_EQ(gzip.body.substr(0, 2), "\x1f\x8b");
  EXPECT_EQ(Get("/v1/services/abc", "Accept-Encoding: br;q=0, identity\r\n").headers.count("content-encoding"), 0u);
}

// --- Conditions ---

TEST_F(GatewayTest, KnownVersionIs304) {
  Start();
  const RawAnswer first = Get("/v1/services/abc");
  EXPECT_EQ(first.headers.at("etag"), absl::StrCat("\"", kEtag, "\""));
  EXPECT_EQ(first.headers.at("cache-control"), "no-cache");
  for (const std::string& tag : {absl::StrCat("\"", kEtag, "\""), absl::StrCat("W/\"", kEtag, "\""),
                                 absl::StrCat("\"x\", \"", kEtag, "-br\""), std::string("*")}) {
    const RawAnswer second = Get("/v1/services/abc", "If-None-Match: " + tag + "\r\n");
    EXPECT_EQ(second.status, 304) << tag;
    EXPECT_EQ(second.body, "");
    EXPECT_EQ(second.headers.at("etag"), first.headers.at("etag"));
    EXPECT_EQ(second.headers.at("cache-control"), "no-cache");
    EXPECT_EQ(second.headers.count("content-length"), 0u);
  }
  EXPECT_EQ(Get("/v1/services/abc", "If-None-Match: \"other\"\r\n").status, 200);
}

TEST_F(GatewayTest, ListsGetAHashAsEtag) {
  directory::ListServicesResponse list;
  list.add_services()->set_name("services/a");
  Answer(list);
  Start();
  const std::string etag = Get("/v1/services").headers.at("etag");
  EXPECT_EQ(Get("/v1/services", "If-None-Match: " + etag + "\r\n").status, 304);
  list.add_services()->set_name("services/b");
  Answer(list);
  EXPECT_EQ(Get("/v1/services", "If-None-Match: " + etag + "\r\n").status, 200);
}

TEST_F(GatewayTest, AnswersToBearersAreNotStored) {
  Start();
  EXPECT_EQ(Get("/v1/services/abc", token_).headers.at("cache-control"), "no-store");
}

TEST_F(GatewayTest, IfMatchFillsTheEtag) {
  Start();
  Write("PATCH", "/v1/services/abc", R"({"website":"https://example.org"})",
        absl::StrCat("If-Match: \"", kEtag, "-br\"\r\n"));
  EXPECT_EQ(LastRequest<directory::UpdateServiceRequest>().service().etag(), kEtag);
  Ask("DELETE", "/v1/services/abc", absl::StrCat(token_, "If-Match: \"", kEtag, "\"\r\n"));
  EXPECT_EQ(LastRequest<directory::DeleteServiceRequest>().etag(), kEtag);
}

TEST_F(GatewayTest, StaleEtagIs412WithIfMatchAnd409Without) {
  AnswerError(errors::EtagMismatch("services/abc"));
  Start();
  EXPECT_EQ(Write("PATCH", "/v1/services/abc", "{}", "If-Match: \"abc\"\r\n").status, 412);
  EXPECT_EQ(Write("PATCH", "/v1/services/abc", R"({"etag":"abc"})").status, 409);
  AnswerError(errors::EtagMissing("services/abc"));
  EXPECT_EQ(Write("PATCH", "/v1/services/abc", "{}").status, 428);
}

TEST_F(GatewayTest, PreconditionsThatCannotHold) {
  Start();
  EXPECT_EQ(Write("PATCH", "/v1/services/abc", "{}", "If-Match: W/\"abc\"\r\n").status, 412);
  for (const char* bad : {"abc", "\"a\", \"b\"", "*", "\"\"", "\"abc"}) {
    EXPECT_EQ(Write("PATCH", "/v1/services/abc", "{}", absl::StrCat("If-Match: ", bad, "\r\n")).status, 400) << bad;
  }
  EXPECT_EQ(Write("PATCH", "/v1/services/abc", R"({"etag":"x"})", "If-Match: \"y\"\r\n").status, 400);
  EXPECT_EQ(backend_.calls(), 0);
}

TEST_F(GatewayTest, CreateOnlyIs412WhenItExists) {
  AnswerError(errors::Exists("services/abc"));
  Start();
  EXPECT_EQ(Write("POST", "/v1/services", "{}", "If-None-Match: *\r\n").status, 412);
  EXPECT_EQ(Write("POST", "/v1/services", "{}").status, 409);
}

TEST_F(GatewayTest, IdempotencyKeyFillsTheRequestId) {
  Start();
  Write("POST", "/v1/services", "{}", "Idempotency-Key: \"abc-1\"\r\n");
  EXPECT_EQ(LastRequest<directory::CreateServiceRequest>().request_id(), "abc-1");
  Write("POST", "/v1/services", "{}", "Idempotency-Key: abc-2\r\n");
  EXPECT_EQ(LastRequest<directory::CreateServiceRequest>().request_id(), "abc-2");
  EXPECT_EQ(Write("POST", "/v1/services?requestId=x", "{}", "Idempotency-Key: y\r\n").status, 400);
  EXPECT_EQ(Write("POST", "/v1/services", "{}", "Idempotency-Key: " + std::string(65, 'a') + "\r\n").status, 400);
}

// --- Who asks ---

TEST_F(GatewayTest, MethodsThatAreNotPublicNeedCredentials) {
  Start();
  const RawAnswer none = Ask("POST", "/v1/services", "Content-Type: application/json\r\n", "{}");
  EXPECT_EQ(none.status, 401);
  EXPECT_EQ(none.headers.at("www-authenticate"), "Bearer");
  for (const char* value : {"Bearer", "Bearer ", "Bearer x", "Basic YTpi", "Bearer a b", "abc"}) {
    const RawAnswer answer = Get("/v1/services/abc", absl::StrCat("Authorization: ", value, "\r\n"));
    EXPECT_EQ(answer.status, 401) << value;
    EXPECT_EQ(answer.headers.at("www-authenticate"), "Bearer error=\"invalid_token\"");
  }
  EXPECT_EQ(backend_.calls(), 0);
}

TEST_F(GatewayTest, RefusalComesBeforeTheBody) {
  Start();
  RawClient client(Gateway().port());
  const auto answer = client.Ask(
      "POST /v1/services HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n"
      "Expect: 100-continue\r\n\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 401);
  EXPECT_TRUE(client.ClosedByServer());
}

TEST_F(GatewayTest, RateLimitSpeaksUpAndRefuses) {
  options_.rate_factor = 1;
  Start();
  const RawAnswer first = Get("/v1/services:search?q=x");
  EXPECT_EQ(first.headers.at("ratelimit-policy"), R"("search";q=25;w=5)");
  EXPECT_THAT(first.headers.at("ratelimit"), StartsWith(R"("search";r=24;t=)"));
  RawAnswer last;
  for (int i = 0; i < 200 && last.status != 429; ++i) last = Get("/v1/services:search?q=x");
  EXPECT_EQ(last.status, 429);
  EXPECT_EQ(last.headers.at("retry-after"), "1");
  EXPECT_THAT(last.body, HasSubstr("RATE_LIMITED"));
  EXPECT_EQ(Get("/v1/services/abc").status, 200);  // another class
}

TEST_F(GatewayTest, LimitsCountByTheAddressATrustedProxyReports) {
  options_.rate_factor = 1;
  options_.trusted_proxies = {"127.0.0.1", "10.0.0.0/8"};
  Start();
  const auto remaining = [&](const char* forwarded) {
    const RawAnswer answer = Get("/v1/services:search?q=x", absl::StrCat("X-Forwarded-For: ", forwarded, "\r\n"));
    return answer.headers.at("ratelimit").substr(0, 13);
  };
  EXPECT_EQ(remaining("192.0.2.1"), "\"search\";r=24");
  EXPECT_EQ(remaining("192.0.2.2, 10.1.1.1"), "\"search\";r=24");
  EXPECT_EQ(remaining("192.0.2.99, 192.0.2.3"), "\"search\";r=24");
  EXPECT_EQ(remaining("192.0.2.99, 192.0.2.4"), "\"search\";r=24");  // what 192.0.2.4 wrote itself does not count
}

TEST_F(GatewayTest, OnlyListedOriginsMayRead) {
  options_.cors_origins = {"https://portal.example.org"};
  Start();
  const RawAnswer good = Get("/v1/services/abc", "Origin: https://portal.example.org\r\n");
  EXPECT_EQ(good.headers.at("access-control-allow-origin"), "https://portal.example.org");
  EXPECT_THAT(good.headers.at("access-control-expose-headers"), HasSubstr("ETag"));
  EXPECT_THAT(good.headers.at("vary"), HasSubstr("Origin"));
  const RawAnswer bad = Get("/v1/services/abc", "Origin: https://evil.example.org\r\n");
  EXPECT_EQ(bad.headers.count("access-control-allow-origin"), 0u);
  EXPECT_THAT(bad.headers.at("vary"), HasSubstr("Origin"));

  const std::string preflight = "Access-Control-Request-Method: PATCH\r\nOrigin: ";
  const RawAnswer allowed = Ask("OPTIONS", "/v1/services/abc", preflight + "https://portal.example.org\r\n");
  EXPECT_EQ(allowed.status, 204);
  EXPECT_THAT(allowed.headers.at("access-control-allow-methods"), HasSubstr("PATCH"));
  EXPECT_EQ(allowed.headers.at("access-control-max-age"), "7200");
  const RawAnswer refused = Ask("OPTIONS", "/v1/services/abc", preflight + "https://evil.example.org\r\n");
  EXPECT_EQ(refused.status, 204);
  EXPECT_EQ(refused.headers.count("access-control-allow-methods"), 0u);
  EXPECT_EQ(Ask("OPTIONS", "/v1/nope").status, 404);
}

TEST_F(GatewayTest, BrowsersAreToldWhatNotToDo) {
  Start();
  for (const RawAnswer& answer : {Get("/v1/services/abc"), Get("/nope"), Get("/")}) {
    EXPECT_EQ(answer.headers.at("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.headers.at("referrer-policy"), "no-referrer");
    EXPECT_THAT(answer.headers.at("strict-transport-security"), StartsWith("max-age=63072000"));
    EXPECT_EQ(answer.headers.count("set-cookie"), 0u);
  }
}

// --- Running and ending ---

TEST_F(GatewayTest, ClientThatLeavesCancelsTheCall) {
  AnswerLater();
  Start();
  for (const bool reset : {true, false}) {
    RawClient client(Gateway().port());
    client.Send("GET /v1/services/abc HTTP/1.1\r\nHost: a\r\nGrpc-Timeout: 2S\r\n\r\n");
    ASSERT_TRUE(Eventually([&] { return backend_.waiting() == 1; }));
    const int before = backend_.cancelled();
    reset ? client.Reset() : client.Close();
    EXPECT_TRUE(Eventually([&] { return backend_.cancelled() == before + 1; }));
  }
  EXPECT_THAT(metrics_.Text(), HasSubstr(R"(route="/v1/{name=services/*}",status="499"} 2)"));
}

TEST_F(GatewayTest, PipelinedRequestsAreAnsweredInOrder) {
  Start();
  RawClient client(Gateway().port());
  std::string all;
  for (int i = 0; i < 50; ++i) {
    absl::StrAppend(&all, "GET /v1/services/abc HTTP/1.1\r\nHost: a\r\nX-Request-Id: r", i, "\r\n\r\n");
  }
  client.Send(all);
  for (int i = 0; i < 50; ++i) {
    const auto answer = client.Receive();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->headers.at("x-request-id"), absl::StrCat("r", i));
    EXPECT_EQ(answer->status, 200);
  }
}

TEST_F(GatewayTest, TooManyRunningCallsAreRefusedAtOnce) {
  options_.calls_running_max = 4;
  options_.workers = 1;
  AnswerLater();
  Start();
  std::vector<std::unique_ptr<RawClient>> clients;
  const auto start = [&](const char* target) {
    clients.push_back(std::make_unique<RawClient>(Gateway().port()));
    clients.back()->Send(absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: a\r\n\r\n"));
  };
  for (int i = 0; i < 3; ++i) start("/v1/services/abc");
  ASSERT_TRUE(Eventually([&] { return backend_.waiting() == 3; }));
  const RawAnswer refused = Get("/v1/services/abc");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  start("/v1/services:reach?postcode=48143");  // help goes before everything else
  EXPECT_TRUE(Eventually([&] { return backend_.waiting() == 4; }));
}

TEST_F(GatewayTest, DrainFinishesRunningCallsAndRefusesNewConnections) {
  AnswerLater();
  Start();
  ASSERT_TRUE(Eventually([&] { return Gateway().NotReadyReason().empty(); }));
  RawClient client(Gateway().port());
  client.Send("GET /v1/services/abc HTTP/1.1\r\nHost: a\r\nGrpc-Timeout: 2S\r\n\r\n");
  ASSERT_TRUE(Eventually([&] { return backend_.waiting() == 1; }));
  std::thread drain([&] { Gateway().Drain(); });
  ASSERT_TRUE(Eventually([&] { return !RawClient(Gateway().port()).Ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n"); }));
  backend_.Release();
  const auto answer = client.Receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->headers.at("connection"), "close");
  client.Close();
  drain.join();
  EXPECT_EQ(Gateway().NotReadyReason(), "draining");
}

TEST_F(GatewayTest, DrainStopsHardAtTheEndOfItsTime) {
  options_.finish_wait = absl::Milliseconds(20);
  AnswerLater();
  Start();
  RawClient client(Gateway().port());
  client.Send("GET /v1/services/abc HTTP/1.1\r\nHost: a\r\nGrpc-Timeout: 2S\r\n\r\n");
  ASSERT_TRUE(Eventually([&] { return backend_.waiting() == 1; }));
  Gateway().Drain();
  EXPECT_TRUE(client.ClosedByServer());
  EXPECT_TRUE(Eventually([&] { return backend_.cancelled() == 1; }));
}

TEST_F(GatewayTest, AdminPortTellsItsState) {
  Start();
  const auto admin = [&](const char* path) {
    RawClient client(Gateway().admin_port());
    return client.Ask(absl::StrCat("GET ", path, " HTTP/1.1\r\nHost: a\r\n\r\n"));
  };
  EXPECT_EQ(admin("/livez")->status, 200);
  EXPECT_TRUE(Eventually([&] { return admin("/readyz")->status == 200; }));
  Get("/v1/services/abc");
  EXPECT_TRUE(Eventually([&] {
    return admin("/metrics")
               ->body.find(
                   R"(gateway_http_requests_total{method="GET",route="/v1/{name=services/*}",status="200"} 1)") !=
           std::string::npos;
  }));
}

TEST_F(GatewayTest, ReplyThatIsNoMessageIs500) {
  {
    const std::lock_guard lock(mutex_);
    answer_.message = "\xff\xff\xff";
  }
  Start();
  EXPECT_EQ(Get("/v1/services/abc?$prettyPrint=true").status, 500);
}

}  // namespace
}  // namespace schutznetz::gateway
