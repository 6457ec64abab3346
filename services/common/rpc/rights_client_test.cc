// The question for the rights version, on a real channel to a real server that checks who asks.
#include "services/common/rpc/rights_client.h"

#include "gtest/gtest.h"
#include "schutznetz/exchange/v1/access_service.pb.h"
#include "services/common/access/program_tls.h"
#include "services/common/errors/errors.h"
#include "services/common/rpc/server.h"
#include "services/common/testing/certificates.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::rpc {
namespace {

using access::ProgramUri;
using testing::HasReason;
using testing::IsOk;
using testing::StatusIs;

// An exchange server with a version and nothing else.
class RightsServer {
 public:
  RightsServer(const access::ContextKeys& keys, const access::TlsFiles& tls)
      : authenticator_(keys, "exchange", clock_),
        server_({.tls = tls}, {clock_, metrics_, log_, authenticator_, sealer_}) {
    using exchange::v1::GetRightsVersionRequest;
    registry_.Read<GetRightsVersionRequest, exchange::v1::RightsVersion>(
        "GetRightsVersion", [](const CallContext&, const GetRightsVersionRequest&) {
          exchange::v1::RightsVersion version;
          version.set_version(42);
          return absl::StatusOr<exchange::v1::RightsVersion>(version);
        });
    registry_.Read<exchange::v1::ResolveCallerRequest, exchange::v1::ResolvedCaller>(
        "ResolveCaller", [](const CallContext&, const exchange::v1::ResolveCallerRequest&) {
          return absl::StatusOr<exchange::v1::ResolvedCaller>(errors::CredentialsRequired());
        });
    registry_.Read<exchange::v1::GetSigningKeysRequest, exchange::v1::SigningKeys>(
        "GetSigningKeys", [](const CallContext&, const exchange::v1::GetSigningKeysRequest&) {
          return absl::StatusOr<exchange::v1::SigningKeys>(exchange::v1::SigningKeys());
        });
    server_.Add(registry_);
    EXPECT_THAT(server_.Start(), IsOk());
  }
  std::string target() const { return "127.0.0.1:" + std::to_string(server_.port()); }

 private:
  const SystemClock clock_;
  telemetry::Metrics metrics_;
  telemetry::LogWriter log_{{.service = "test", .file_descriptor = 2}};
  access::Authenticator authenticator_;
  const Sealer sealer_ = Sealer::WithRandomKey();
  Registry registry_{"schutznetz.exchange.v1.AccessService"};
  Server server_;
};

class RightsClientTest : public ::testing::Test {
 protected:
  absl::StatusOr<int64_t> Ask(const RightsServer& server, const access::ContextKeys& keys,
                              const access::TlsFiles& tls = {}) {
    const auto client = RightsClient::Create("directory", server.target(), tls, keys, clock_);
    EXPECT_THAT(client, IsOk());
    return (*client)->Ask(absl::Seconds(5));
  }

  const SystemClock clock_;
  testing::Authority authority_;
  const access::ContextKeys keys_ =
      *access::ContextKeys::Parse(access::NewContextKeyLine("1", "directory", "exchange"));
};

TEST_F(RightsClientTest, AProgramWithTheKeyOfThePairLearnsTheVersion) {
  const RightsServer server(keys_, {});
  const auto version = Ask(server, keys_);
  ASSERT_THAT(version, IsOk());
  EXPECT_EQ(*version, 42);
}

TEST_F(RightsClientTest, AnotherKeyLearnsNothing) {
  const RightsServer server(keys_, {});
  const auto others = access::ContextKeys::Parse(access::NewContextKeyLine("1", "directory", "exchange"));
  EXPECT_THAT(Ask(server, *others), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_F(RightsClientTest, WithoutAKeyThereIsNoClient) {
  EXPECT_THAT(RightsClient::Create("directory", "127.0.0.1:1", {}, access::ContextKeys(), clock_),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(RightsClientTest, WhatCannotBeReachedIsUnavailableInTime) {
  const auto client = RightsClient::Create("directory", "127.0.0.1:1", {}, keys_, clock_);
  ASSERT_THAT(client, IsOk());
  const absl::StatusCode code = (*client)->Ask(absl::Milliseconds(200)).status().code();
  EXPECT_TRUE(code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kDeadlineExceeded) << code;
}

TEST_F(RightsClientTest, OverMutualTlsOnlyTheExchangeServerIsAsked) {
  const access::TlsFiles own = authority_.Issue("directory", ProgramUri("directory"));
  const RightsServer exchange(keys_, authority_.Issue("exchange", ProgramUri("exchange")));
  EXPECT_THAT(Ask(exchange, keys_, own), IsOk());
  const RightsServer impostor(keys_, authority_.Issue("events", ProgramUri("events")));
  EXPECT_THAT(Ask(impostor, keys_, own), StatusIs(absl::StatusCode::kUnavailable));
  const access::TlsFiles of_events = authority_.Issue("events", ProgramUri("events"));
  EXPECT_THAT(Ask(exchange, keys_, of_events), HasReason("CREDENTIALS_REQUIRED")) << "the certificate is not the key's";
}

}  // namespace
}  // namespace schutznetz::rpc
