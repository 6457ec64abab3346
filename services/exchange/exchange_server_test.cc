// The whole exchange server in process, over gRPC, on both engines.
#include "services/exchange/exchange_server.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schutznetz/exchange/v1/access_service.grpc.pb.h"
#include "schutznetz/exchange/v1/exchange_service.grpc.pb.h"
#include "services/common/audit/server_audit.h"
#include "services/common/cache/redis_cache.h"
#include "services/common/encoding/base64url.h"
#include "services/common/rate/shared_rates.h"
#include "services/common/record/record_store.h"
#include "services/common/testing/callers.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/in_process_server.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/redis_server.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::exchange {
namespace {

using schutznetz::testing::EqualsProto;
using schutznetz::testing::ErrorOf;
using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using schutznetz::testing::StatusIs;
using v1::AccessService;
using v1::ExchangeService;

constexpr char kCacheSecret[] = "what all programs of the installation know";

class ExchangeServerTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  explicit ExchangeServerTest(cache::Cache* cache = nullptr) : cache_(cache) {}
  ExchangeSettings Settings() const {
    return {.pepper = *Pepper::FromText(std::string(32, 'p')),
            .wrapping = *rpc::Sealer::FromKeyText(std::string(64, 'a')),
            .issuer = *tokens::TokenIssuer::Create(tokens::NewSigningKeyPem(), tokens::kOwnIssuer,
                                                   tokens::kDefaultAudience, clock_),
            .first_operators = {{"https://login.example.org", "one"}, {"https://login.example.org", "two"}},
            .erasure_ledger = ledger_,
            .cache = cache_,
            .cache_secret = kCacheSecret};
  }
  void SetUp() override {
    temp_.Close();
    ASSERT_THAT(exchange_.Start(temp_.options()), IsOk());
    grpc_.server().Add(exchange_.registry());
    grpc_.server().Add(exchange_.access_registry());
    ASSERT_THAT(grpc_.Start(), IsOk());
    grpc_.server().SetServing(true);
    stub_ = ExchangeService::NewStub(grpc_.channel());
    access_ = AccessService::NewStub(grpc_.channel());
  }
  void TearDown() override {
    grpc_.Stop();
    std::filesystem::remove(ledger_);
  }

  // Programs ask who people are, people everything else.
  template <typename Stub>
  static access::Caller Asker() {
    if constexpr (std::is_same_v<Stub, AccessService::Stub>) return access::Caller::Program(access::kGatewayName);
    return testing::Staff();
  }
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(Stub& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Request& request, bool as_operator = true) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    if (as_operator) grpc_.As(Asker<Stub>(), &context);
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return ErrorOf(status);
    return response;
  }

  absl::StatusOr<v1::Member> CreateMember(const std::string& subject, const std::string& request_id = "") {
    v1::CreateMemberRequest request;
    request.mutable_member()->set_display_name("Musterfrau");
    request.mutable_member()->set_profession(common::v1::Profession::POLICE);
    request.mutable_member()->set_issuer("https://login.example.org");
    request.mutable_member()->set_subject(subject);
    request.mutable_member()->mutable_verification()->set_method(v1::Member::Verification::IN_PERSON);
    request.set_request_id(request_id);
    return Call(*stub_, &ExchangeService::Stub::CreateMember, request);
  }
  absl::StatusOr<v1::ResolvedCaller> Resolve(const std::string& subject) {
    v1::ResolveCallerRequest request;
    request.mutable_token()->set_issuer("https://login.example.org");
    request.mutable_token()->set_subject(subject);
    return Call(*access_, &AccessService::Stub::ResolveCaller, request);
  }
  int64_t Version() {
    return Call(*access_, &AccessService::Stub::GetRightsVersion, v1::GetRightsVersionRequest())->version();
  }

  cache::Cache* const cache_;
  const std::string ledger_ =
      (std::filesystem::temp_directory_path() /
       ("schutznetz-ledger-" + std::to_string(getpid()) + (GetParam() == storage::Engine::kSqlite ? "s" : "p")))
          .string();
  testing::TempDatabase temp_{
      GetParam(),
      {&record::RecordMigrations(), &ExchangeMigrations(), &personal::PersonalMigrations(), &audit::AuditMigrations()}};
  SystemClock clock_;
  testing::InProcessServer grpc_;
  rpc::PageTokens page_tokens_{grpc_.sealer(), clock_};
  ExchangeServer exchange_{clock_, grpc_.log(), grpc_.metrics(), page_tokens_, Settings()};
  std::unique_ptr<ExchangeService::Stub> stub_;
  std::unique_ptr<AccessService::Stub> access_;
};

TEST_P(ExchangeServerTest, TheFirstOperatorsCanActAtOnce) {
  for (const char* subject : {"one", "two"}) {
    const auto caller = Resolve(subject);
    ASSERT_THAT(caller, IsOk());
    EXPECT_THAT(caller->roles(), ::testing::ElementsAre(common::v1::Rule::OPERATOR));
  }
}

TEST_P(ExchangeServerTest, AWriteIsInTheRightsWhenItIsAnswered) {
  for (int i = 0; i < 10; ++i) {
    const std::string subject = "subject-" + std::to_string(i);
    const auto made = CreateMember(subject);
    ASSERT_THAT(made, IsOk());
    const auto caller = Resolve(subject);
    ASSERT_THAT(caller, IsOk());
    EXPECT_EQ(caller->principal(), made->name());
    EXPECT_EQ(caller->rights_version(), Version());
  }
}

TEST_P(ExchangeServerTest, ARepeatedRequestHasOneEffectAndKeepsNothingPersonal) {
  const auto first = CreateMember("anna", "key-1");
  ASSERT_THAT(first, IsOk());
  const auto second = CreateMember("anna", "key-1");
  ASSERT_THAT(second, IsOk());
  EXPECT_THAT(*second, EqualsProto(*first));
}

TEST_P(ExchangeServerTest, AKeyIsToldOnceAlsoToARepeatedRequest) {
  v1::CreatePartnerRequest partner;
  partner.mutable_partner()->set_display_name("Portal");
  partner.mutable_partner()->set_email("technik@example.org");
  const auto made = Call(*stub_, &ExchangeService::Stub::CreatePartner, partner);
  ASSERT_THAT(made, IsOk());
  v1::CreatePartnerKeyRequest request;
  request.set_parent(made->name());
  request.mutable_key()->set_display_name("Produktion");
  request.set_request_id("key-1");
  const auto first = Call(*stub_, &ExchangeService::Stub::CreatePartnerKey, request);
  ASSERT_THAT(first, IsOk());
  EXPECT_FALSE(first->secret().empty());
  const auto second = Call(*stub_, &ExchangeService::Stub::CreatePartnerKey, request);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->key().name(), first->key().name());
  EXPECT_EQ(second->secret(), "");
}

TEST_P(ExchangeServerTest, NobodyWithoutCredentialsReadsAnything) {
  const auto made = CreateMember("anna");
  v1::GetMemberRequest get;
  get.set_name(made->name());
  EXPECT_THAT(Call(*stub_, &ExchangeService::Stub::GetMember, get, false), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_THAT(Call(*stub_, &ExchangeService::Stub::ListMembers, v1::ListMembersRequest(), false),
              HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_THAT(Call(*access_, &AccessService::Stub::GetRightsVersion, v1::GetRightsVersionRequest(), false),
              HasReason("CREDENTIALS_REQUIRED"));
}

TEST_P(ExchangeServerTest, ListsPage) {
  for (int i = 0; i < 5; ++i) ASSERT_THAT(CreateMember("subject-" + std::to_string(i)), IsOk());
  v1::ListMembersRequest request;
  request.set_page_size(3);
  int seen = 0;
  for (int pages = 1;; ++pages) {
    const auto page = Call(*stub_, &ExchangeService::Stub::ListMembers, request);
    ASSERT_THAT(page, IsOk());
    seen += page->members_size();
    if (page->next_page_token().empty()) {
      EXPECT_EQ(pages, 3);
      break;
    }
    request.set_page_token(page->next_page_token());
  }
  EXPECT_EQ(seen, 7) << "with the two first operators";
}

TEST_P(ExchangeServerTest, AnErasureReachesTheLedgerAndOutlivesARestart) {
  const auto made = CreateMember("anna");
  v1::EraseMemberRequest request;
  request.set_name(made->name());
  const auto erased = Call(*stub_, &ExchangeService::Stub::EraseMember, request);
  ASSERT_THAT(erased, IsOk());
  EXPECT_THAT(Resolve("anna"), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_TRUE(testing::Eventually([&] {
    std::error_code error;
    return std::filesystem::exists(ledger_, error) && std::filesystem::file_size(ledger_, error) > 0;
  }));
}

TEST_P(ExchangeServerTest, ThePublicKeysOfItsTokensAreToldToPrograms) {
  const auto keys = Call(*access_, &AccessService::Stub::GetSigningKeys, v1::GetSigningKeysRequest());
  ASSERT_THAT(keys, IsOk());
  EXPECT_NE(keys->jwks().find("\"kty\""), std::string::npos);
}

TEST_P(ExchangeServerTest, AStartThatFailedLeavesNothingForTheNextOne) {
  testing::TempDatabase temp(GetParam());
  temp.Close();
  ExchangeSettings settings = Settings();
  settings.erasure_ledger += ".unreadable";
  const std::string ledger = settings.erasure_ledger;
  std::ofstream(ledger) << "no entry\n";
  telemetry::Metrics metrics;
  ExchangeServer server(clock_, grpc_.log(), metrics, page_tokens_, std::move(settings));
  EXPECT_THAT(server.Start(temp.options()), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(metrics.Text(), "") << "would read what is gone";
  std::filesystem::remove(ledger);
  EXPECT_THAT(server.Start(temp.options()), IsOk());
  std::filesystem::remove(ledger);
}

class TokenTest : public ExchangeServerTest {
 protected:
  explicit TokenTest(cache::Cache* cache = nullptr) : ExchangeServerTest(cache) {}
  void SetUp() override {
    ExchangeServerTest::SetUp();
    v1::CreatePartnerRequest partner;
    partner.mutable_partner()->set_display_name("Portal");
    partner.mutable_partner()->set_email("technik@example.org");
    partner.mutable_partner()->add_scopes("changes.read");
    partner.mutable_partner()->add_scopes("restricted.read");
    const auto made = Call(*stub_, &ExchangeService::Stub::CreatePartner, partner);
    ASSERT_THAT(made, IsOk());
    v1::CreatePartnerKeyRequest request;
    request.set_parent(made->name());
    request.mutable_key()->set_display_name("Produktion");
    const auto key = Call(*stub_, &ExchangeService::Stub::CreatePartnerKey, request);
    ASSERT_THAT(key, IsOk());
    name_ = key->key().name();
    id_ = name_.substr(name_.rfind('/') + 1);
    secret_ = key->secret();
  }
  // The JSON of the answer, asked for without credentials of an operator.
  absl::StatusOr<std::string> Token(const std::string& more, std::string secret = "") {
    if (secret.empty()) secret = secret_;
    v1::IssueTokenRequest request;
    request.mutable_body()->set_content_type("application/x-www-form-urlencoded");
    request.mutable_body()->set_data("client_id=" + id_ + "&client_secret=" + secret + more);
    const auto body = Call(*stub_, &ExchangeService::Stub::IssueToken, request, false);
    if (!body.ok()) return body.status();
    EXPECT_EQ(body->content_type(), "application/json");
    return body->data();
  }
  // How often the audit log has `act` for this key.
  int Audited(const std::string& act) {
    const auto page = Call(*stub_, &ExchangeService::Stub::ListAuditEntries, common::v1::ListAuditEntriesRequest());
    EXPECT_THAT(page, IsOk());
    int count = 0;
    for (const std::string& line : page->lines()) {
      count += line.find("\"act\":\"" + act + "\"") != std::string::npos && line.find(name_) != std::string::npos;
    }
    return count;
  }
  static std::string ClaimsOf(const std::string& json) {
    const size_t begin = json.find('.') + 1;
    return DecodeBase64Url(json.substr(begin, json.find('.', begin) - begin)).value_or("");
  }

  const std::string grant_ = "&grant_type=client_credentials";
  std::string name_, id_, secret_;
};

TEST_P(TokenTest, AKeyGetsATokenForItsScopesAndThatIsAudited) {
  const auto json = Token(grant_);
  ASSERT_THAT(json, IsOk());
  EXPECT_THAT(*json, ::testing::MatchesRegex(R"(\{"access_token":"[A-Za-z0-9_.-]+","token_type":"Bearer",)"
                                             R"("expires_in":600,"scope":"changes.read restricted.read"\})"));
  const std::string claims = ClaimsOf(*json);
  EXPECT_THAT(claims, ::testing::HasSubstr(R"("sub":")" + name_ + R"(","aud":"schutznetz","client_id":")" + id_));
  EXPECT_THAT(claims, ::testing::HasSubstr(R"("scope":"changes.read restricted.read")"));
  EXPECT_EQ(Audited("TOKEN_GIVEN"), 1);

  const auto narrow = Token(grant_ + "&scope=restricted.read");
  ASSERT_THAT(narrow, IsOk());
  EXPECT_THAT(ClaimsOf(*narrow), ::testing::HasSubstr(R"("scope":"restricted.read")"));
}

TEST_P(TokenTest, WhatIsNotGrantedIsRefusedAndAudited) {
  EXPECT_THAT(Token(grant_ + "&scope=records.import"), HasReason("SCOPE_REFUSED"));
  EXPECT_THAT(Token("&grant_type=password"), HasReason("GRANT_TYPE_UNSUPPORTED"));
  EXPECT_THAT(Token(""), HasReason("INVALID_FIELD"));
  EXPECT_THAT(Token(grant_, access::NewApiKey(id_)), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_THAT(Token(grant_, access::NewApiKey("other")), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_TRUE(testing::Eventually([&] { return Audited("TOKEN_REFUSED") == 5; }));
  EXPECT_EQ(Audited("TOKEN_GIVEN"), 0);
}

TEST_P(TokenTest, ARevokedKeyGetsNone) {
  v1::RevokePartnerKeyRequest revoke;
  revoke.set_name(name_);
  ASSERT_THAT(Call(*stub_, &ExchangeService::Stub::RevokePartnerKey, revoke), IsOk());
  EXPECT_THAT(Token(grant_), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_P(TokenTest, WrongSecretsDoNotShutTheOwnerOut) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(Token(grant_, access::NewApiKey(id_)), HasReason("CREDENTIALS_REQUIRED"));
  }
  EXPECT_THAT(Token(grant_, access::NewApiKey(id_)), HasReason("RATE_LIMITED"));
  for (int i = 0; i < 10; ++i) EXPECT_THAT(Token(grant_), IsOk()) << i;
  EXPECT_THAT(Token(grant_), HasReason("RATE_LIMITED"));
  EXPECT_TRUE(testing::Eventually([&] { return Audited("TOKEN_REFUSED") == 10; })) << "those without quota are not";
}

// A Redis, and another exchange server as far as its quotas are concerned. Made before the server under test.
struct AnotherServer {
  std::unique_ptr<cache::RedisCache> Open() const {
    return std::make_unique<cache::RedisCache>(
        clock, cache::RedisCacheOptions{.address = *cache::ParseRedisAddress(redis.address()), .secret = kCacheSecret});
  }

  testing::RedisServer redis;
  SystemClock clock;
  std::unique_ptr<cache::RedisCache> cache_here = Open(), cache_there = Open();
  telemetry::Metrics metrics;
  rate::SharedRates rates{{{.interval_us = 90'000'000, .burst = 10}},
                          {cache_there.get(), kCacheSecret, "exchange"},
                          clock,
                          [this] { return absl::ToUnixMicros(clock.Now()); },
                          metrics};
};

class SharedTokenTest : public AnotherServer, public TokenTest {
 protected:
  SharedTokenTest() : TokenTest(cache_here.get()) {}
  // How many takes elsewhere the server under test has heard of.
  int Heard() {
    constexpr std::string_view kName = "\nexchange_rates_heard_total ";
    const std::string text = grpc_.metrics().Text();
    return std::stoi(text.substr(text.find(kName) + kName.size()));
  }
  void TakeTenThere(std::string_view client) {
    constexpr uint8_t kGoodSecret = 1;
    for (int i = 0; i < 10; ++i) rates.Take(0, kGoodSecret, client, absl::ToUnixMicros(clock.Now()));
  }
};

TEST_P(SharedTokenTest, WhatAKeyTookAtAnotherServerIsTakenHere) {
  int stranger = 0;
  ASSERT_TRUE(testing::Eventually([&] {  // messages are lost before both listen
    TakeTenThere("stranger " + std::to_string(++stranger));
    return testing::Eventually([&] { return Heard() > 0; }, absl::Milliseconds(300));
  }));
  const int before = Heard();
  TakeTenThere(id_);
  ASSERT_TRUE(testing::Eventually([&] { return Heard() >= before + 9; })) << "the first of a burst is not told";
  EXPECT_THAT(Token(grant_), IsOk());
  EXPECT_THAT(Token(grant_), HasReason("RATE_LIMITED"));
}

INSTANTIATE_TEST_SUITE_P(Engines, SharedTokenTest, testing::AllEngines(), testing::EngineName);
INSTANTIATE_TEST_SUITE_P(Engines, TokenTest, testing::AllEngines(), testing::EngineName);
INSTANTIATE_TEST_SUITE_P(Engines, ExchangeServerTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::exchange
