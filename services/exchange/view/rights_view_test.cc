#include "services/exchange/view/rights_view.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/tokens/token_issuer.h"
#include "services/exchange/domain/exchange_fixture.h"

namespace schutznetz::exchange {
namespace {

using access::Caller;
using common::v1::Rule;
using storage::Transaction;
using ::testing::ElementsAre;
using testing::Eventually;
using testing::HasReason;
using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::UnorderedElementsAre;

class RightsViewTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  RightsViewTest()
      : view_(*RightsView::Start(exchange_.database(), exchange_.store(), exchange_.pepper(), clock_, {})) {}

  // Waits until the view has everything that was written.
  void Follow() {
    const int64_t version = exchange_.RightsVersion();
    ASSERT_TRUE(Eventually([&] { return view_->RightsVersion().value_or(0) == version; }));
  }
  absl::StatusOr<v1::ResolvedCaller> ByToken(const std::string& subject,
                                             const std::string& issuer = "https://login.example.org") {
    Follow();
    v1::ResolveCallerRequest request;
    request.mutable_token()->set_issuer(issuer);
    request.mutable_token()->set_subject(subject);
    return view_->Resolve(request);
  }
  absl::StatusOr<v1::ResolvedCaller> ByKey(const std::string& text) {
    Follow();
    const auto key = access::ParseApiKey(text);
    v1::ResolveCallerRequest request;
    request.mutable_key()->set_key_id(std::string(key->id));
    request.mutable_key()->set_secret(std::string(key->secret));
    return view_->Resolve(request);
  }
  std::string Grant(const std::string& member, Rule::Access role, const std::string& place,
                    absl::Time end = absl::InfiniteFuture()) {
    v1::Grant grant;
    grant.set_principal(member);
    grant.set_role(role);
    if (role == Rule::EDITOR) grant.add_lands(place);
    if (role == Rule::COORDINATOR) grant.add_networks(place);
    if (end != absl::InfiniteFuture()) *grant.mutable_expire_time() = TimestampOf(end);
    const auto made = exchange_.Write([&](Transaction& tx) -> absl::StatusOr<v1::Grant> {
      ASSIGN_OR_RETURN(v1::Grant proposed, exchange_.grants().Create(tx, {Exchange::Operator(), {}}, grant));
      if (proposed.state() == v1::Grant::ACTIVE) return proposed;
      return exchange_.grants().Approve(tx, {Exchange::Operator("members/second"), {}}, proposed.name(),
                                        proposed.etag());
    });
    EXPECT_THAT(made, IsOk());
    return made->name();
  }
  std::string MadeKey(const std::string& partner) {
    return exchange_
        .Write([&](Transaction& tx) {
          return exchange_.partners().CreateKey(tx, {Exchange::Operator(), {}}, partner, v1::PartnerKey());
        })
        ->secret();
  }
  std::string MadePartner() {
    v1::Partner partner;
    partner.set_display_name("Portal");
    partner.set_email("technik@example.org");
    partner.add_scopes("changes.read");
    return exchange_
        .Write([&](Transaction& tx) {
          return exchange_.partners().Create(tx, {Exchange::Operator(), {}}, partner);
        })
        ->name();
  }

  Exchange exchange_{GetParam()};
  testing::FakeClock clock_{absl::Now()};
  std::unique_ptr<RightsView> view_;
};

TEST_P(RightsViewTest, AVerifiedMemberIsAProfessional) {
  const std::string anna = exchange_.MadeMember("anna");
  const auto caller = ByToken("anna");
  ASSERT_THAT(caller, IsOk());
  EXPECT_EQ(caller->principal(), anna);
  EXPECT_THAT(caller->roles(), ElementsAre(Rule::PROFESSIONAL));
  EXPECT_TRUE(caller->has_expire_time());
  EXPECT_EQ(caller->rights_version(), exchange_.RightsVersion());
  EXPECT_THAT(ByToken("anna", "https://other.example.org"), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_THAT(ByToken("bert"), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_P(RightsViewTest, TokensOfThisInstallationNameTheMember) {
  const std::string anna = exchange_.MadeMember("anna");
  EXPECT_EQ(ByToken(anna, tokens::kOwnIssuer)->principal(), anna);
  EXPECT_THAT(ByToken(anna), HasReason("CREDENTIALS_REQUIRED")) << "another issuer must not choose names here";
  EXPECT_THAT(ByToken("members/nobody", tokens::kOwnIssuer), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_P(RightsViewTest, MembershipsAndGrantsAddUp) {
  const std::string anna = exchange_.MadeMember("anna");
  exchange_.MadeMembership(kKoeln, anna);
  exchange_.MadeMembership(kBonn, anna, v1::Membership::COORDINATOR);
  Grant(anna, Rule::EDITOR, "lands/DE-NW");
  Grant(anna, Rule::EDITOR, "lands/DE-BB");
  const auto caller = ByToken("anna");
  ASSERT_THAT(caller, IsOk());
  EXPECT_THAT(caller->roles(), UnorderedElementsAre(Rule::PROFESSIONAL, Rule::MEMBER, Rule::COORDINATOR, Rule::EDITOR));
  EXPECT_THAT(caller->lands(), ElementsAre("lands/DE-BB", "lands/DE-NW"));
  EXPECT_THAT(caller->networks(), ElementsAre(kBonn, kKoeln));
  EXPECT_THAT(caller->coordinated_networks(), ElementsAre(kBonn));
}

TEST_P(RightsViewTest, WithoutAVerificationNothingHoldsButOperator) {
  const std::string anna = exchange_.MadeMember("anna", /*verified=*/false);
  exchange_.MadeMembership(kKoeln, anna);
  Grant(anna, Rule::COORDINATOR, kKoeln);
  EXPECT_THAT(ByToken("anna")->roles(), IsEmpty());
  exchange_.MadeOperator("olga");
  EXPECT_THAT(ByToken("olga")->roles(), ElementsAre(Rule::OPERATOR));
}

TEST_P(RightsViewTest, TheClockEndsGrantsAndVerifications) {
  const std::string anna = exchange_.MadeMember("anna");
  Grant(anna, Rule::COORDINATOR, kKoeln, clock_.Now() + absl::Hours(1));
  const auto before = ByToken("anna");
  EXPECT_THAT(before->coordinated_networks(), ElementsAre(kKoeln));
  EXPECT_EQ(before->expire_time().seconds(), absl::ToUnixSeconds(clock_.Now() + absl::Hours(1)));
  clock_.Advance(absl::Hours(1));
  EXPECT_THAT(ByToken("anna")->roles(), ElementsAre(Rule::PROFESSIONAL));
  clock_.Advance(absl::Hours(24 * 366));
  EXPECT_THAT(ByToken("anna")->roles(), IsEmpty());
}

TEST_P(RightsViewTest, WhatIsRevokedIsGoneWithTheNextVersion) {
  const std::string anna = exchange_.MadeMember("anna");
  const std::string grant = Grant(anna, Rule::EDITOR, "lands/DE-NW");
  const int64_t version = ByToken("anna")->rights_version();
  ASSERT_THAT(exchange_.Write([&](Transaction& tx) {
    return exchange_.grants().Revoke(tx, {Exchange::Operator(), {}}, grant);
  }),
              IsOk());
  const auto caller = ByToken("anna");
  EXPECT_THAT(caller->roles(), ElementsAre(Rule::PROFESSIONAL));
  EXPECT_GT(caller->rights_version(), version);
  ASSERT_THAT(exchange_.Write([&](Transaction& tx) {
    return exchange_.members().SetState(tx, {Exchange::Operator(), {}}, anna, v1::Member::SUSPENDED);
  }),
              IsOk());
  EXPECT_THAT(ByToken("anna"), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_P(RightsViewTest, AnErasedMemberIsNobody) {
  const std::string anna = exchange_.MadeMember("anna");
  exchange_.MadeMembership(kKoeln, anna);
  ASSERT_THAT(ByToken("anna"), IsOk());
  ASSERT_THAT(exchange_.Write([&](Transaction& tx) {
    return exchange_.persons().Erase(tx, {Exchange::Operator(), {}}, anna);
  }),
              IsOk());
  EXPECT_THAT(ByToken("anna"), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_THAT(ByToken(anna, tokens::kOwnIssuer), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_P(RightsViewTest, AKeyOpensForItsPartnerUntilItIsRevokedOrOver) {
  const std::string partner = MadePartner();
  const std::string key = MadeKey(partner);
  const auto caller = ByKey(key);
  ASSERT_THAT(caller, IsOk());
  EXPECT_EQ(caller->principal(), partner);
  EXPECT_THAT(caller->roles(), ElementsAre(Rule::PARTNER));
  EXPECT_THAT(caller->scopes(), ElementsAre("changes.read"));
  const std::string name = partner + "/keys/" + std::string(access::ParseApiKey(key)->id);
  EXPECT_EQ(ByToken(name, tokens::kOwnIssuer)->principal(), partner) << "what the token endpoint gives";

  std::string forged = access::NewApiKey(access::ParseApiKey(key)->id);
  EXPECT_THAT(ByKey(forged), HasReason("CREDENTIALS_REQUIRED"));
  ASSERT_THAT(exchange_.Write([&](Transaction& tx) {
    return exchange_.partners().RevokeKey(tx, {Exchange::Operator(), {}}, name);
  }),
              IsOk());
  EXPECT_THAT(ByKey(key), HasReason("CREDENTIALS_REQUIRED"));
  EXPECT_THAT(ByToken(name, tokens::kOwnIssuer), HasReason("CREDENTIALS_REQUIRED"));
  const std::string second = MadeKey(partner);
  ASSERT_THAT(ByKey(second), IsOk());
  clock_.Advance(absl::Hours(24 * 91));
  EXPECT_THAT(ByKey(second), HasReason("CREDENTIALS_REQUIRED"));
}

TEST_P(RightsViewTest, AViewBuiltAnewSaysTheSame) {
  const std::string anna = exchange_.MadeMember("anna");
  exchange_.MadeMembership(kKoeln, anna);
  Grant(anna, Rule::EDITOR, "lands/DE-NW");
  const auto advanced = ByToken("anna");
  view_ = *RightsView::Start(exchange_.database(), exchange_.store(), exchange_.pepper(), clock_, {});
  EXPECT_THAT(*ByToken("anna"), testing::EqualsProto(*advanced));
}

INSTANTIATE_TEST_SUITE_P(Engines, RightsViewTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::exchange
