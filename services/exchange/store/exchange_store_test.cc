// What every engine's store promises.
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/errors/macros.h"
#include "services/common/personal/personal_store.h"
#include "services/common/record/record_store.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/temp_database.h"
#include "services/exchange/store/sql_exchange_store.h"

namespace schutznetz::exchange {
namespace {

using storage::ReadTransaction;
using storage::Transaction;
using testing::IsOk;
using testing::StatusIs;

const record::RecordKey kAnna = {"member", "anna"};
const record::RecordKey kBert = {"member", "bert"};

class ExchangeStoreTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  ExchangeStoreTest() : temp_(GetParam(), {&record::RecordMigrations(), &ExchangeMigrations()}) {}

  absl::Status Write(absl::FunctionRef<absl::Status(Transaction&)> work) {
    return temp_.database().WriteAndWait(work).status();
  }
  // The result of a read in a snapshot of its own.
  template <typename T>
  T Read(absl::FunctionRef<absl::StatusOr<T>(ReadTransaction&)> work) {
    T result{};
    EXPECT_THAT(temp_.database().Read([&](ReadTransaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(result, work(tx));
      return absl::OkStatus();
    }),
                IsOk());
    return result;
  }
  std::optional<std::string> Credential(const record::RecordKey& owner) {
    return Read<std::optional<std::string>>([&](ReadTransaction& tx) { return store_.Credential(tx, owner); });
  }
  int64_t RightsVersion() {
    return Read<int64_t>([&](ReadTransaction& tx) { return store_.RightsVersion(tx); });
  }

  testing::TempDatabase temp_;
  const SqlExchangeStore store_;
};

TEST_P(ExchangeStoreTest, OneDigestHasOneOwnerOfAKind) {
  bool first = false, second = true, other_kind = false;
  ASSERT_THAT(Write([&](Transaction& tx) -> absl::Status {
                ASSIGN_OR_RETURN(first, store_.AddCredential(tx, kAnna, "digest"));
                ASSIGN_OR_RETURN(second, store_.AddCredential(tx, kBert, "digest"));
                ASSIGN_OR_RETURN(other_kind, store_.AddCredential(tx, {"partnerKey", "p/k"}, "digest"));
                return absl::OkStatus();
              }),
              IsOk());
  EXPECT_TRUE(first);
  EXPECT_FALSE(second);
  EXPECT_TRUE(other_kind);
  EXPECT_EQ(Credential(kAnna), "digest");
  EXPECT_EQ(Credential(kBert), std::nullopt);
}

TEST_P(ExchangeStoreTest, TheRightsVersionStartsAtOneAndRisesWithItsWrite) {
  EXPECT_EQ(RightsVersion(), 1);
  ASSERT_THAT(Write([&](Transaction& tx) { return store_.RaiseRightsVersion(tx); }), IsOk());
  EXPECT_EQ(RightsVersion(), 2);
  EXPECT_THAT(Write([&](Transaction& tx) -> absl::Status {
                RETURN_IF_ERROR(store_.RaiseRightsVersion(tx));
                return absl::AbortedError("rolled back");
              }),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(RightsVersion(), 2);
}

TEST_P(ExchangeStoreTest, TheFirstOperatorsAreMadeOnce) {
  bool claimed = false;
  const auto claim = [&](Transaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(claimed, store_.ClaimBootstrap(tx));
    return absl::OkStatus();
  };
  ASSERT_THAT(Write(claim), IsOk());
  EXPECT_TRUE(claimed);
  ASSERT_THAT(Write(claim), IsOk());
  EXPECT_FALSE(claimed);
}

TEST_P(ExchangeStoreTest, ErasingARecordTakesAllThatHangsOnIt) {
  const record::Reference reference = {"member", kAnna};
  ASSERT_THAT(Write([&](Transaction& tx) -> absl::Status {
                RETURN_IF_ERROR(personal::AddDataKey(tx, "anna", "wrapped"));
                RETURN_IF_ERROR(personal::PutSealed(tx, kAnna, {"anna", "sealed"}));
                RETURN_IF_ERROR(store_.AddCredential(tx, kAnna, "digest").status());
                RETURN_IF_ERROR(record::Insert(tx, {.key = kAnna, .body = "body"}).status());
                RETURN_IF_ERROR(record::Insert(tx, {.key = kBert, .body = "body"}).status());
                return record::PutReferences(tx, kBert, {&reference, 1});
              }),
              IsOk());
  ASSERT_THAT(Write([&](Transaction& tx) -> absl::Status {
                RETURN_IF_ERROR(store_.EraseRecord(tx, kAnna));
                return personal::DestroyDataKey(tx, "anna");
              }),
              IsOk());
  EXPECT_EQ(Credential(kAnna), std::nullopt);
  EXPECT_EQ(Read<std::optional<personal::SealedPart>>([&](ReadTransaction& tx) { return personal::Sealed(tx, kAnna); }),
            std::nullopt);
  const auto records = Read<std::vector<record::Record>>([&](ReadTransaction& tx) {
    const std::vector<record::RecordKey> keys = {kAnna, kBert};
    return record::GetMany(tx, keys);
  });
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].key, kBert);
}

INSTANTIATE_TEST_SUITE_P(Engines, ExchangeStoreTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::exchange
