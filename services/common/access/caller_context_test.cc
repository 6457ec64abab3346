#include "services/common/access/caller_context.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include "absl/strings/str_cat.h"
#include "services/common/access/context_codec.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::access {
namespace {

using testing::FakeClock;
using testing::HasReason;
using testing::IsOk;

// An editor and coordinator with something in every list.
Caller Someone(int64_t rights_version = 7, const std::string& session = "s-1") {
  Grants grants;
  grants.roles = {Role::kEditor, Role::kCoordinator};
  grants.lands = {"lands/DE-NW", "lands/DE-BB"};
  grants.networks = {"networks/a", "networks/b"};
  grants.coordinated_networks = {"networks/b"};
  grants.rooms = {"rooms/r1"};
  grants.scopes = {"restricted.read"};
  return Caller::Granted("members/7c0f", std::move(grants), {.id = session, .rights_version = rights_version});
}

class CallerContextTest : public ::testing::Test {
 protected:
  CallerContextTest()
      : keys_(*ContextKeys::Parse(NewContextKeyLine("k1", "gateway", "directory") +
                                  NewContextKeyLine("k1", "gateway", "exchange") +
                                  NewContextKeyLine("k1", "directory", "exchange"))),
        minter_(*ContextMinter::Create(keys_, "gateway", "directory", clock_)),
        verifier_(keys_, "directory", clock_) {}

  std::string Context(const Caller& caller = Someone()) { return **minter_->Mint(caller); }
  // Bytes of any content under a right MAC of the gateway's key for the directory server.
  std::string Signed(std::string bytes) {
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    const ContextKey& key = *keys_.SigningKey("gateway", "directory");
    crypto_auth_hmacsha256(mac, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), key.secret.data());
    return bytes.append(reinterpret_cast<const char*>(mac), sizeof mac);
  }
  std::string Encoded(const Caller& caller, absl::Duration lifetime = absl::Seconds(60),
                      std::string_view audience = "directory") {
    std::string bytes;
    EXPECT_TRUE(AppendContext("k1", audience, clock_.Now() + lifetime, caller, &bytes));
    return bytes;
  }

  FakeClock clock_;
  const ContextKeys keys_;
  std::unique_ptr<ContextMinter> minter_;
  ContextVerifier verifier_;
};

TEST_F(CallerContextTest, EverythingArrives) {
  for (int i = 0; i < 2; ++i) {  // read, then remembered
    const auto caller = verifier_.Verify(Context(), "gateway");
    ASSERT_THAT(caller, IsOk());
    const Caller sent = Someone();
    EXPECT_EQ(caller->principal(), sent.principal());
    EXPECT_TRUE(caller->grants().roles == sent.grants().roles);
    EXPECT_EQ(caller->grants().lands, sent.grants().lands);
    EXPECT_EQ(caller->grants().networks, sent.grants().networks);
    EXPECT_EQ(caller->grants().coordinated_networks, sent.grants().coordinated_networks);
    EXPECT_EQ(caller->grants().rooms, sent.grants().rooms);
    EXPECT_EQ(caller->grants().scopes, sent.grants().scopes);
    EXPECT_EQ(caller->rights_version(), 7);
    EXPECT_EQ(caller->session().id, "s-1");
    EXPECT_EQ(caller->session().expire_time, clock_.Now() + absl::Seconds(60));
  }
}

TEST_F(CallerContextTest, AbsentMeansThePublic) {
  EXPECT_TRUE(verifier_.Verify("")->is_public());
  EXPECT_EQ(*minter_->Mint(Caller()), nullptr);
}

TEST_F(CallerContextTest, TheSameBytesAreSentForHalfAMinute) {
  const std::string first = Context();
  clock_.Advance(absl::Seconds(29));
  EXPECT_EQ(Context(), first);
  clock_.Advance(absl::Seconds(2));
  EXPECT_NE(Context(), first);
}

TEST_F(CallerContextTest, OtherSessionOrRightsVersionGetsOtherBytes) {
  const std::string first = Context();
  EXPECT_NE(Context(Someone(8)), first);
  EXPECT_NE(Context(Someone(7, "s-2")), first);
}

TEST_F(CallerContextTest, ContextEndsWithTheSession) {
  const Caller soon_over = Caller::Granted(
      "members/1", {}, {.id = "s", .rights_version = 1, .expire_time = clock_.Now() + absl::Seconds(10)});
  const std::string context = Context(soon_over);
  EXPECT_EQ(verifier_.Verify(context)->session().expire_time, clock_.Now() + absl::Seconds(10));
  clock_.Advance(absl::Seconds(10));
  EXPECT_THAT(verifier_.Verify(context), HasReason("CONTEXT_OUTDATED"));
  EXPECT_THAT(minter_->Mint(soon_over), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_F(CallerContextTest, ExpiredIsOutdatedEvenWhenRemembered) {
  const std::string context = Context();
  EXPECT_THAT(verifier_.Verify(context), IsOk());
  clock_.Advance(absl::Seconds(60));
  EXPECT_THAT(verifier_.Verify(context), HasReason("CONTEXT_OUTDATED"));
}

TEST_F(CallerContextTest, GoodForTooLongIsRefused) {
  EXPECT_THAT(verifier_.Verify(Signed(Encoded(Someone(), absl::Seconds(64)))), IsOk());
  EXPECT_THAT(verifier_.Verify(Signed(Encoded(Someone(), absl::Seconds(66)))), HasReason("CONTEXT_OUTDATED"));
}

TEST_F(CallerContextTest, AnotherAudienceIsRefused) {
  const auto exchange = *ContextMinter::Create(keys_, "gateway", "exchange", clock_);
  EXPECT_THAT(verifier_.Verify(**exchange->Mint(Someone())), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_THAT(verifier_.Verify(Signed(Encoded(Someone(), absl::Seconds(60), "exchange"))),
              HasReason("CREDENTIALS_REQUIRED"));
}

TEST_F(CallerContextTest, EveryChangedByteIsRefused) {
  const std::string context = Context();
  for (size_t i = 0; i < context.size(); ++i) {
    std::string changed = context;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_THAT(verifier_.Verify(changed), HasReason("CREDENTIALS_REQUIRED")) << i;
  }
}

TEST_F(CallerContextTest, EveryTruncationAndExtensionIsRefused) {
  const std::string context = Context();
  for (size_t size = 1; size < context.size(); ++size) {
    EXPECT_THAT(verifier_.Verify(context.substr(0, size)), HasReason("CREDENTIALS_REQUIRED")) << size;
  }
  EXPECT_THAT(verifier_.Verify(context + "x"), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_THAT(verifier_.Verify(std::string(5000, '\1')), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_F(CallerContextTest, RightMacOverWrongFormIsRefused) {
  const std::string bytes = Encoded(Someone());
  EXPECT_THAT(verifier_.Verify(Signed(bytes)), IsOk());
  EXPECT_THAT(verifier_.Verify(Signed(bytes + '\0')), HasReason("CREDENTIALS_REQUIRED"));
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(verifier_.Verify(Signed(bytes.substr(0, size))), HasReason("CREDENTIALS_REQUIRED")) << size;
  }
  std::string other_version = bytes;
  other_version[0] = 2;
  EXPECT_THAT(verifier_.Verify(Signed(other_version)), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_F(CallerContextTest, TooManyGrantsAreNotMinted) {
  Grants grants;
  for (int i = 0; i < 65; ++i) grants.networks.push_back(absl::StrCat("networks/", i));
  EXPECT_THAT(minter_->Mint(Caller::Granted("members/1", grants)), HasReason("SIZE_LIMIT"));
  grants.networks = {"networks/" + std::string(129, 'x')};
  EXPECT_THAT(minter_->Mint(Caller::Granted("members/1", grants)), HasReason("SIZE_LIMIT"));
  grants.networks = {"rooms/1"};  // in the wrong list
  EXPECT_THAT(minter_->Mint(Caller::Granted("members/1", grants)), HasReason("SIZE_LIMIT"));
  grants.networks.clear();
  EXPECT_THAT(minter_->Mint(Caller::Granted(std::string(256, 'x'), grants)), HasReason("SIZE_LIMIT"));
  for (int i = 0; i < 64; ++i) grants.networks.push_back(absl::StrCat("networks/", std::string(100, 'x'), i));
  EXPECT_THAT(minter_->Mint(Caller::Granted("members/1", grants)), HasReason("SIZE_LIMIT"));  // 4,096 bytes
}

TEST_F(CallerContextTest, OnlyTheKeysProgramMaySendIt) {
  const std::string context = Context();
  EXPECT_THAT(verifier_.Verify(context, "directory"), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_THAT(verifier_.Verify(context, "gateway"), IsOk());
  EXPECT_THAT(verifier_.Verify(context, "exchange"), HasReason("CREDENTIALS_REQUIRED"));  // remembered by now
}

TEST_F(CallerContextTest, ProgramsSpeakForThemselvesOnly) {
  const ContextVerifier exchange(keys_, "exchange", clock_);
  const auto from_directory = *ContextMinter::Create(keys_, "directory", "exchange", clock_);
  const auto from_gateway = *ContextMinter::Create(keys_, "gateway", "exchange", clock_);
  const auto itself = exchange.Verify(**from_directory->Mint(Caller::Program("directory")));
  ASSERT_THAT(itself, IsOk());
  EXPECT_EQ(itself->principal(), "programs/directory");
  EXPECT_TRUE(itself->grants().roles == RoleSet{Role::kInternal});
  EXPECT_THAT(exchange.Verify(**from_gateway->Mint(Caller::Program("gateway"))), IsOk());

  EXPECT_THAT(exchange.Verify(**from_gateway->Mint(Caller::Program("directory"))), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_THAT(exchange.Verify(**from_directory->Mint(Caller::Program("gateway"))), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_THAT(exchange.Verify(**from_directory->Mint(Someone())), HasReason("CREDENTIALS_REQUIRED"));
  const Caller person = Caller::Granted("members/1", {.roles = {Role::kMember, Role::kInternal}});
  EXPECT_THAT(exchange.Verify(**from_gateway->Mint(person)), HasReason("CREDENTIALS_REQUIRED"));
  const Caller too_much = Caller::Granted("programs/gateway", {.roles = {Role::kInternal, Role::kOperator}});
  EXPECT_THAT(exchange.Verify(**from_gateway->Mint(too_much)), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_F(CallerContextTest, BothKeysOfARotationAreGood) {
  const std::string old_line = NewContextKeyLine("old", "gateway", "events");
  const std::string new_line = NewContextKeyLine("new", "gateway", "events");
  const ContextVerifier before(*ContextKeys::Parse(old_line), "events", clock_);
  const ContextVerifier during(*ContextKeys::Parse(old_line + new_line), "events", clock_);
  const auto old_minter = *ContextMinter::Create(*ContextKeys::Parse(old_line + new_line), "gateway", "events", clock_);
  const auto new_minter = *ContextMinter::Create(*ContextKeys::Parse(new_line + old_line), "gateway", "events", clock_);
  EXPECT_THAT(before.Verify(**old_minter->Mint(Someone())), IsOk());
  EXPECT_THAT(before.Verify(**new_minter->Mint(Someone())), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_THAT(during.Verify(**old_minter->Mint(Someone())), IsOk());
  EXPECT_THAT(during.Verify(**new_minter->Mint(Someone())), IsOk());
}

TEST_F(CallerContextTest, WithoutKeysNothingIsMintedOrBelieved) {
  EXPECT_THAT(ContextMinter::Create(ContextKeys(), "gateway", "directory", clock_), HasReason("WRONG_STATE"));
  EXPECT_THAT(ContextVerifier(ContextKeys(), "directory", clock_).Verify(Context()), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_F(CallerContextTest, MemoryIsBounded) {
  const ContextVerifier small(keys_, "directory", clock_, 8);
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(small.Verify(Context(Someone(7, absl::StrCat("s-", i)))), IsOk());
  }
}

}  // namespace
}  // namespace schutznetz::access
