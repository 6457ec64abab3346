#include "services/exchange/domain/partners.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/engines.h"
#include "services/exchange/domain/exchange_fixture.h"

namespace schutznetz::exchange {
namespace {

using storage::ReadTransaction;
using storage::Transaction;
using testing::HasReason;
using testing::IsOk;

class PartnersTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  absl::StatusOr<v1::Partner> Create(const std::vector<std::string>& scopes) {
    v1::Partner partner;
    partner.set_display_name("Portal der Musterstadt");
    partner.set_email("technik@example.org");
    for (const std::string& scope : scopes) partner.add_scopes(scope);
    return exchange_.Write([&](Transaction& tx) {
      return exchange_.partners().Create(tx, {Exchange::Operator(), {}}, partner);
    });
  }
  absl::StatusOr<v1::CreatePartnerKeyResponse> CreateKey(const std::string& partner, const v1::PartnerKey& key = {}) {
    return exchange_.Write([&](Transaction& tx) {
      return exchange_.partners().CreateKey(tx, {Exchange::Operator(), {}}, partner, key);
    });
  }
  absl::StatusOr<v1::PartnerKey> RevokeKey(const std::string& name) {
    return exchange_.Write([&](Transaction& tx) {
      return exchange_.partners().RevokeKey(tx, {Exchange::Operator(), {}}, name);
    });
  }

  Exchange exchange_{GetParam()};
};

TEST_P(PartnersTest, ScopesComeFromAClosedList) {
  EXPECT_THAT(Create({"changes.read", "restricted.read", "records.import"}), IsOk());
  EXPECT_THAT(Create({"everything"}), HasReason("INVALID_FIELD"));
}

TEST_P(PartnersTest, AKeyIsToldOnceAndEndsWithinAYear) {
  const auto partner = Create({"changes.read"});
  const auto made = CreateKey(partner->name());
  ASSERT_THAT(made, IsOk());
  const auto key = access::ParseApiKey(made->secret());
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(made->key().name(), partner->name() + "/keys/" + std::string(key->id));
  EXPECT_EQ(made->key().state(), v1::PartnerKey::ACTIVE);
  EXPECT_LT(TimeOf(made->key().expire_time()), absl::Now() + absl::Hours(24 * 91));
  v1::PartnerKey asked;
  *asked.mutable_expire_time() = TimestampOf(absl::Now() + absl::Hours(24 * 400));
  EXPECT_THAT(CreateKey(partner->name(), asked), HasReason("INVALID_FIELD"));
  EXPECT_THAT(CreateKey("partners/nobody"), HasReason("RESOURCE_NOT_FOUND"));
}

TEST_P(PartnersTest, AKeyHasNoScopeThatItsPartnerLacks) {
  const auto partner = Create({"changes.read"});
  v1::PartnerKey asked;
  asked.add_scopes("restricted.read");
  EXPECT_THAT(CreateKey(partner->name(), asked), HasReason("INVALID_FIELD"));
}

TEST_P(PartnersTest, TwoKeysOverlapAndAThirdWaits) {
  const auto partner = Create({});
  const auto first = CreateKey(partner->name());
  ASSERT_THAT(CreateKey(partner->name()), IsOk());
  EXPECT_THAT(CreateKey(partner->name()), HasReason("RESOURCE_IN_USE"));
  EXPECT_EQ(RevokeKey(first->key().name())->state(), v1::PartnerKey::REVOKED);
  EXPECT_THAT(CreateKey(partner->name()), IsOk());
  const auto keys = exchange_.Read(
      [&](ReadTransaction& tx) { return exchange_.partners().ListKeys(tx, partner->name(), "", 10, absl::Now()); });
  EXPECT_EQ(keys->size(), 3u);
}

TEST_P(PartnersTest, RevokingRaisesTheRightsVersionOnce) {
  const auto partner = Create({});
  const auto key = CreateKey(partner->name());
  const int64_t before = exchange_.RightsVersion();
  ASSERT_THAT(RevokeKey(key->key().name()), IsOk());
  ASSERT_THAT(RevokeKey(key->key().name()), IsOk());
  EXPECT_EQ(exchange_.RightsVersion(), before + 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, PartnersTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::exchange
