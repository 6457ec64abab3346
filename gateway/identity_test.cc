// Who callers are, from the header of a request to what a server is told: the whole gateway on real sockets, with a
// directory and an exchange server that check caller contexts as real ones do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/gateway.h"
#include "gateway/testing/fake_backend.h"
#include "gateway/testing/fake_exchange.h"
#include "gateway/testing/raw_client.h"
#include "gateway/testing/token_keys.h"
#include "schutznetz/directory/v1/service.pb.h"
#include "schutznetz/exchange/v1/access_service.pb.h"
#include "services/common/access/api_key.h"
#include "services/common/access/caller_context.h"
#include "services/common/errors/errors.h"
#include "services/common/testing/eventually.h"
#include "services/common/tokens/token_issuer.h"

namespace schutznetz::gateway {
namespace {

using common::v1::Rule;
using exchange::v1::ResolvedCaller;
using ::schutznetz::testing::Eventually;
using testing::BackendAnswer;
using testing::BackendCall;
using ::testing::ElementsAre;
using testing::FakeBackend;
using testing::FakeExchange;
using testing::RawAnswer;
using testing::RawClient;

constexpr char kRestricted[] = "DELETE /v1/services/abc?etag=%22AbCd%22";
constexpr char kOpen[] = "GET /v1/services/abc";

ResolvedCaller Editor() {
  ResolvedCaller caller;
  caller.set_principal("members/1");
  caller.add_roles(Rule::EDITOR);
  caller.add_roles(Rule::COORDINATOR);
  caller.add_lands("lands/DE-NW");
  caller.add_lands("lands/DE-BB");
  caller.add_networks("networks/a");
  caller.add_coordinated_networks("networks/a");
  return caller;
}

class IdentityTest : public ::testing::Test {
 protected:
  static constexpr char kKeyLines[] =
      "k1 gateway directory AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n"
      "k1 gateway exchange AAICAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n";

  IdentityTest()
      : keys_(*access::ContextKeys::Parse(kKeyLines)),
        issuer_(*tokens::TokenIssuer::Create(tokens::NewSigningKeyPem(), tokens::kOwnIssuer, tokens::kDefaultAudience,
                                             clock_)),
        verifier_(keys_, "directory", clock_),
        exchange_(keys_, issuer_.Jwks()),
        directory_([this](const BackendCall& call) { return AnswerAsDirectory(call); }) {
    options_.port = options_.admin_port = 0;
    options_.workers = 1;
    options_.directory_address = directory_.address();
    options_.exchange_address = exchange_.address();
    options_.context_keys = config::Secret(kKeyLines);
    options_.rate_factor = 100'000;
    options_.drain_wait = absl::ZeroDuration();
    exchange_.Grant(Own("members/1"), Editor());
  }
  ~IdentityTest() override {
    exchange_.Release();
    gateway_.reset();
    log_.Flush();
  }

  static std::string Own(const std::string& subject) { return absl::StrCat(tokens::kOwnIssuer, " ", subject); }
  // Until the rights version and the signing keys are there.
  void Start() {
    gateway_ = std::make_unique<Gateway>(options_, metrics_, log_);
    const absl::Status started = gateway_->Start();
    ASSERT_TRUE(started.ok()) << started;
    // A partner system's: with another issuer configured, people's tokens are not this installation's.
    const std::string subject = "partners/probe/keys/k";
    exchange_.Grant(Own(subject), Editor());
    const std::string probe = Bearer(Token(subject));
    ASSERT_TRUE(Eventually([&] { return Ask(kRestricted, probe).status == 200; }));
  }
  std::string Token(const std::string& subject, tokens::TokenClaims claims = {}) {
    claims.subject = subject;
    claims.client_id = "test";
    return *issuer_.Issue(claims, absl::Hours(1));
  }
  static std::string Bearer(const std::string& token) { return "Authorization: Bearer " + token + "\r\n"; }
  std::string AsEditor() { return Bearer(Token("members/1")); }

  static std::string Bytes(const std::string& line, const std::string& fields) {
    return line + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
  }
  RawAnswer Ask(const std::string& line, const std::string& fields = "") {
    RawClient client(gateway_->port());
    const auto answer = client.Ask(Bytes(line, fields));
    EXPECT_TRUE(answer.has_value()) << line;
    return answer.value_or(RawAnswer{});
  }

  BackendAnswer AnswerAsDirectory(const BackendCall& call) {
    const std::lock_guard lock(mutex_);
    ++calls_;
    last_call_ = call;
    BackendAnswer answer;
    const auto context = call.metadata.find(access::kCallerMetadata);
    auto caller = verifier_.Verify(context == call.metadata.end() ? "" : context->second);
    if (!caller.ok()) answer.error = caller.status();
    if (caller.ok()) caller_ = *caller;
    if (caller.ok() && !caller->is_public() && caller->rights_version() < version_wanted_) {
      answer.error = errors::ContextOutdated();
    }
    if (!error_.ok()) answer.error = error_;
    schutznetz::directory::v1::Service service;
    service.set_name("services/abc");
    answer.message = service.SerializeAsString();
    return answer;
  }
  access::Caller LastCaller() {
    const std::lock_guard lock(mutex_);
    return caller_;
  }
  int Calls() {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  void WantVersion(int64_t version) {
    const std::lock_guard lock(mutex_);
    version_wanted_ = version;
  }

  const SystemClock clock_;
  telemetry::LogWriter log_{{.service = "gateway-test", .file_descriptor = 2}};
  telemetry::Metrics metrics_;
  const access::ContextKeys keys_;
  const tokens::TokenIssuer issuer_;
  const access::ContextVerifier verifier_;
  Options options_;
  std::mutex mutex_;
  int calls_ = 0;
  BackendCall last_call_;
  access::Caller caller_;
  int64_t version_wanted_ = 0;
  absl::Status error_;
  FakeExchange exchange_;
  FakeBackend directory_;
  std::unique_ptr<Gateway> gateway_;
};

// --- From credentials to a caller ---

TEST_F(IdentityTest, TokenBecomesACallerContext) {
  Start();
  EXPECT_EQ(Ask(kRestricted, AsEditor()).status, 200);
  const access::Caller caller = LastCaller();
  EXPECT_EQ(caller.principal(), "members/1");
  EXPECT_TRUE(caller.grants().roles == (access::RoleSet{access::Role::kEditor, access::Role::kCoordinator}));
  EXPECT_THAT(caller.grants().lands, ElementsAre("lands/DE-NW", "lands/DE-BB"));
  EXPECT_THAT(caller.grants().networks, ElementsAre("networks/a"));
  EXPECT_THAT(caller.grants().coordinated_networks, ElementsAre("networks/a"));
  EXPECT_EQ(caller.rights_version(), exchange_.version());
  EXPECT_EQ(last_call_.metadata.count("authorization"), 0u);
}

TEST_F(IdentityTest, KeyBecomesACallerContext) {
  const std::string text = access::NewApiKey("k1");
  const access::ApiKey key = *access::ParseApiKey(text);
  ResolvedCaller partner;
  partner.set_principal("partners/7");
  partner.add_roles(Rule::PARTNER);
  partner.add_scopes("restricted.read");
  exchange_.Grant(absl::StrCat(std::string(key.id), " ", std::string(key.secret)), partner);
  Start();
  EXPECT_EQ(Ask(kOpen, "X-API-Key: " + text + "\r\n").status, 200);
  EXPECT_EQ(LastCaller().principal(), "partners/7");
  EXPECT_THAT(LastCaller().grants().scopes, ElementsAre("restricted.read"));
  EXPECT_EQ(last_call_.metadata.count("x-api-key"), 0u);
  EXPECT_EQ(Ask(kOpen, "X-API-Key: " + access::NewApiKey("k1") + "\r\n").status, 401);
  EXPECT_EQ(Ask(kOpen, "X-API-Key: " + text + "x\r\n").status, 401);
}

TEST_F(IdentityTest, WithoutCredentialsThereIsNoContext) {
  Start();
  EXPECT_EQ(Ask(kOpen).status, 200);
  EXPECT_TRUE(LastCaller().is_public());
  EXPECT_EQ(last_call_.metadata.count(access::kCallerMetadata), 0u);
  EXPECT_EQ(Ask(kRestricted).status, 401);
}

TEST_F(IdentityTest, CallerContextFromOutsideIsDropped) {
  Start();
  EXPECT_EQ(Ask(kOpen, "Schutznetz-Caller-Bin: AAAA\r\n").status, 200);
  EXPECT_TRUE(LastCaller().is_public());
}

TEST_F(IdentityTest, ClaimsNarrowAndNeverWiden) {
  Start();
  const std::string token =
      Token("members/1", {.roles = {{"editor", "operator", "internal"}}, .lands = {{"lands/DE-NW", "lands/DE-BY"}}});
  EXPECT_EQ(Ask(kRestricted, Bearer(token)).status, 200);
  EXPECT_TRUE(LastCaller().grants().roles == access::RoleSet{access::Role::kEditor});
  EXPECT_THAT(LastCaller().grants().lands, ElementsAre("lands/DE-NW"));
  EXPECT_EQ(Ask(kRestricted, Bearer(Token("members/1", {.roles = {{"member"}}}))).status, 200);
  EXPECT_TRUE(LastCaller().grants().roles == access::RoleSet{access::Role::kMember});
  EXPECT_EQ(Ask(kRestricted, Bearer(Token("members/1", {.roles = {std::vector<std::string>()}}))).status, 200);
  EXPECT_TRUE(LastCaller().grants().roles.empty());
}

TEST_F(IdentityTest, TokensOfAConfiguredIssuerAreAcceptedInsteadOfTheOwnOfPeople) {
  const testing::TokenKey key = testing::TokenKey::P256("ec");
  char path[] = "/tmp/jwks_XXXXXX";
  close(mkstemp(path));
  std::ofstream(path) << testing::KeySetOf({key.Jwk()});
  options_.issuer = "https://id.example";
  options_.jwks_file = path;
  exchange_.Grant("https://id.example u-1", Editor());
  Start();
  const int64_t now = absl::ToUnixSeconds(absl::Now());
  const std::string claims =
      absl::StrCat(R"({"iss":"https://id.example","sub":"u-1","aud":"schutznetz","client_id":"p","iat":)", now,
                   R"(,"exp":)", now + 600, "}");
  const std::string fields = Bearer(key.Token(key.Header(), claims));
  EXPECT_TRUE(Eventually([&] { return Ask(kRestricted, fields).status == 200; }));
  EXPECT_EQ(LastCaller().principal(), "members/1");
  unlink(path);

  // Then the built-in issuer is for partner systems alone.
  EXPECT_EQ(Ask(kRestricted, AsEditor()).status, 401);
  exchange_.Grant(Own("partners/p/keys/k"), Editor());
  EXPECT_EQ(Ask(kRestricted, Bearer(Token("partners/p/keys/k"))).status, 200);
}

// --- Refusals ---

TEST_F(IdentityTest, WrongCredentialsAreRefusedEverywhere) {
  Start();
  const int calls = Calls();
  std::string changed = Token("members/1");
  changed[changed.size() - 20] = changed[changed.size() - 20] == 'A' ? 'B' : 'A';
  for (const std::string& fields :
       {Bearer(changed), Bearer("x"), Bearer(""), Bearer("a.b.c"), Bearer(Token("members/unknown")),
        std::string("Authorization: Basic YTpi\r\n"), std::string("X-API-Key: x\r\n"),
        AsEditor() + "X-API-Key: " + access::NewApiKey("k") + "\r\n"}) {
    for (const char* line : {kOpen, kRestricted}) {
      const RawAnswer answer = Ask(line, fields);
      EXPECT_EQ(answer.status, 401) << fields;
      const bool bearer = fields.starts_with("Authorization");
      EXPECT_EQ(answer.headers.at("www-authenticate"), bearer ? "Bearer error=\"invalid_token\"" : "Bearer");
    }
  }
  EXPECT_EQ(Calls(), calls);
}

TEST_F(IdentityTest, MissingRightIsInsufficientScope) {
  Start();
  {
    const std::lock_guard lock(mutex_);
    error_ = errors::AccessDenied();
  }
  const RawAnswer answer = Ask(kRestricted, AsEditor());
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.headers.at("www-authenticate"), "Bearer error=\"insufficient_scope\"");
}

TEST_F(IdentityTest, AddressWhoseCredentialsKeepFailingWaits) {
  options_.rate_factor = 1;
  Start();
  const std::string good = AsEditor();
  const std::string unseen = AsEditor();
  EXPECT_EQ(Ask(kRestricted, good).status, 200);
  int refused = 0;
  while (refused < 100 && Ask(kOpen, Bearer("x")).status == 401) ++refused;
  EXPECT_GE(refused, 50);
  EXPECT_LE(refused, 70);
  const RawAnswer answer = Ask(kRestricted, unseen);
  EXPECT_EQ(answer.status, 429);
  EXPECT_TRUE(answer.headers.contains("retry-after"));
  EXPECT_NE(Ask(kRestricted, good).status, 401);  // known to be good: perhaps too often, but not turned away for others
  EXPECT_EQ(Ask(kOpen).status, 200);
}

TEST_F(IdentityTest, StartNeedsAKeyToEachServer) {
  options_.context_keys = config::Secret("k1 gateway exchange AAICAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n");
  Gateway gateway(options_, metrics_, log_);
  EXPECT_EQ(errors::ReasonOf(gateway.Start()), "WRONG_STATE");
}

// --- Asking ---

TEST_F(IdentityTest, ASessionIsAskedForOnce) {
  Start();
  const std::string fields = AsEditor();
  EXPECT_EQ(Ask(kRestricted, fields).status, 200);
  ASSERT_TRUE(Eventually([&, asked = exchange_.resolved()]() mutable {  // the poll may just have raised the version
    EXPECT_EQ(Ask(kRestricted, fields).status, 200);
    return std::exchange(asked, exchange_.resolved()) == exchange_.resolved();
  }));
  const int asked = exchange_.resolved();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Ask(kRestricted, fields).status, 200);
  EXPECT_EQ(exchange_.resolved(), asked);
}

TEST_F(IdentityTest, RequestsOfOneSessionShareAQuestion) {
  Start();
  const std::string fields = AsEditor();
  const int asked = exchange_.resolved();
  exchange_.ResolveLater(true);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(std::make_unique<RawClient>(gateway_->port()));
    clients.back()->Send(Bytes(kRestricted, fields));
  }
  ASSERT_TRUE(Eventually([&] { return exchange_.waiting() == 1; }));
  // The last of the five has been read when one behind it is answered.
  EXPECT_EQ(Ask(kOpen).status, 200);
  exchange_.ResolveLater(false);
  exchange_.Release();
  for (auto& client : clients) EXPECT_EQ(client->Receive().value_or(RawAnswer{}).status, 200);
  EXPECT_EQ(exchange_.resolved(), asked + 1);
}

TEST_F(IdentityTest, OthersAreServedWhileOneWaits) {
  Start();
  exchange_.ResolveLater(true);
  RawClient waiting(gateway_->port());
  // A body that comes before the caller is known, and a request behind it.
  const std::string body = R"({"displayName":"Neu"})";
  waiting.Send(
      Bytes("POST /v1/services?serviceId=abc",
            absl::StrCat(AsEditor(), "Content-Type: application/json\r\nContent-Length: ", body.size(), "\r\n")) +
      body + Bytes(kOpen, ""));
  ASSERT_TRUE(Eventually([&] { return exchange_.waiting() == 1; }));
  EXPECT_EQ(Ask(kOpen).status, 200);
  exchange_.Release();
  EXPECT_EQ(waiting.Receive().value_or(RawAnswer{}).status, 200);
  EXPECT_EQ(waiting.Receive().value_or(RawAnswer{}).status, 200);
}

TEST_F(IdentityTest, QuestionEndsWithTheClient) {
  Start();
  exchange_.ResolveLater(true);
  {
    RawClient client(gateway_->port());
    client.Send(Bytes(kRestricted, AsEditor()));
    ASSERT_TRUE(Eventually([&] { return exchange_.waiting() == 1; }));
    client.Reset();
  }
  EXPECT_TRUE(Eventually([&] { return exchange_.cancelled() == 1; }));
}

TEST_F(IdentityTest, GatewayStopsWhileAQuestionIsOpen) {
  Start();
  exchange_.ResolveLater(true);
  RawClient client(gateway_->port());
  client.Send(Bytes(kRestricted, AsEditor()));
  ASSERT_TRUE(Eventually([&] { return exchange_.waiting() == 1; }));
  gateway_.reset();
}

// --- When rights change, or cannot be checked ---

TEST_F(IdentityTest, RevokedCallerIsRefusedWithinFiveSeconds) {
  Start();
  const std::string fields = AsEditor();
  EXPECT_EQ(Ask(kRestricted, fields).status, 200);
  exchange_.Revoke(Own("members/1"));
  const absl::Time revoked = absl::Now();
  EXPECT_TRUE(Eventually([&] { return Ask(kRestricted, fields).status == 401; }));
  const absl::Duration took = absl::Now() - revoked;
  EXPECT_LT(took, absl::Seconds(5));
  std::cout << "figure: revocation seen at the gateway after " << absl::ToDoubleSeconds(took) << " s\n";
}

TEST_F(IdentityTest, OutdatedContextIsRebuiltOnce) {
  Start();
  const std::string fields = AsEditor();
  EXPECT_EQ(Ask(kRestricted, fields).status, 200);
  exchange_.Grant(Own("members/1"), Editor());  // the server has heard of it, the gateway not yet
  WantVersion(exchange_.version());
  EXPECT_EQ(Ask(kRestricted, fields).status, 200);
  EXPECT_EQ(LastCaller().rights_version(), exchange_.version());

  WantVersion(exchange_.version() + 1);  // nobody has it: once, then the caller may come again
  const int asked = exchange_.resolved();
  const int calls = Calls();
  const RawAnswer answer = Ask(kRestricted, fields);
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.headers.contains("retry-after"));
  EXPECT_EQ(Calls(), calls + 2);
  EXPECT_LE(exchange_.resolved(), asked + 2);
}

TEST_F(IdentityTest, RevokedCallerIsFoundByTheServersAnswer) {
  Start();
  const std::string fields = AsEditor();
  EXPECT_EQ(Ask(kRestricted, fields).status, 200);
  exchange_.Revoke(Own("members/1"));
  WantVersion(exchange_.version());
  EXPECT_EQ(Ask(kRestricted, fields).status, 401);
}

TEST_F(IdentityTest, WhileNobodyCanBeAskedOpenMethodsGoOnAsThePublic) {
  Start();
  exchange_.FailResolving(errors::TemporarilyUnavailable(absl::Seconds(1)));
  const std::string fields = AsEditor();
  EXPECT_EQ(Ask(kOpen, fields).status, 200);
  EXPECT_TRUE(LastCaller().is_public());
  const RawAnswer answer = Ask(kRestricted, fields);
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.headers.contains("retry-after"));
  EXPECT_FALSE(answer.headers.contains("www-authenticate"));
  exchange_.FailResolving(absl::OkStatus());
  EXPECT_EQ(Ask(kRestricted, fields).status, 200);
}

TEST_F(IdentityTest, RightsThatCannotBeCheckedForFiveSecondsAreNone) {
  Start();
  const std::string fields = AsEditor();
  EXPECT_EQ(Ask(kRestricted, fields).status, 200);
  exchange_.FailWith(errors::TemporarilyUnavailable(absl::Seconds(1)));
  const absl::Time gone = absl::Now();
  EXPECT_TRUE(Eventually([&] { return Ask(kRestricted, fields).status == 503; }));
  EXPECT_LT(absl::Now() - gone, absl::Seconds(6));
  EXPECT_EQ(Ask(kOpen, fields).status, 200);
  EXPECT_TRUE(LastCaller().is_public());
  EXPECT_EQ(Ask(kOpen).status, 200);
  exchange_.FailWith(absl::OkStatus());
  EXPECT_TRUE(Eventually([&] { return Ask(kRestricted, fields).status == 200; }));
}

TEST_F(IdentityTest, ServersStartInAnyOrder) {
  exchange_.FailWith(errors::TemporarilyUnavailable(absl::Seconds(1)));
  gateway_ = std::make_unique<Gateway>(options_, metrics_, log_);
  ASSERT_TRUE(gateway_->Start().ok());
  EXPECT_TRUE(Eventually([&] { return gateway_->NotReadyReason().empty(); }));
  EXPECT_EQ(Ask(kOpen).status, 200);
  EXPECT_EQ(Ask(kRestricted, AsEditor()).status, 503);
  EXPECT_EQ(Ask(kOpen, AsEditor()).status, 200);
}

}  // namespace
}  // namespace schutznetz::gateway
