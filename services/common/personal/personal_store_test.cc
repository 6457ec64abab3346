// What every engine promises of the tables of what is personal.
#include "services/common/personal/personal_store.h"

#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/common/errors/macros.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::personal {
namespace {

using storage::ReadTransaction;
using storage::Transaction;
using testing::IsOk;
using testing::StatusIs;

const record::RecordKey kAnna = {"member", "anna"};

class PersonalStoreTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  PersonalStoreTest() : temp_(GetParam(), {&PersonalMigrations()}) {}

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
  std::optional<std::string> KeyOf(std::string_view id) {
    return Read<std::optional<std::string>>([&](ReadTransaction& tx) { return DataKey(tx, id); });
  }

  testing::TempDatabase temp_;
};

TEST_P(PersonalStoreTest, DataKeysAreKeptUntilTheyAreDestroyed) {
  ASSERT_THAT(Write([&](Transaction& tx) { return AddDataKey(tx, "anna", "wrapped"); }), IsOk());
  EXPECT_EQ(KeyOf("anna"), "wrapped");
  EXPECT_EQ(KeyOf("bert"), std::nullopt);
  EXPECT_THAT(Write([&](Transaction& tx) { return AddDataKey(tx, "anna", "other"); }),
              StatusIs(absl::StatusCode::kAlreadyExists));
  ASSERT_THAT(Write([&](Transaction& tx) { return DestroyDataKey(tx, "anna"); }), IsOk());
  EXPECT_EQ(KeyOf("anna"), std::nullopt);
}

TEST_P(PersonalStoreTest, AKeyInUseIsNotDestroyed) {
  ASSERT_THAT(Write([&](Transaction& tx) -> absl::Status {
                RETURN_IF_ERROR(AddDataKey(tx, "anna", "wrapped"));
                RETURN_IF_ERROR(PutSealed(tx, kAnna, {"anna", "first"}));
                return PutSealed(tx, kAnna, {"anna", "second"});
              }),
              IsOk());
  const auto part = Read<std::optional<SealedPart>>([&](ReadTransaction& tx) { return Sealed(tx, kAnna); });
  ASSERT_TRUE(part.has_value());
  EXPECT_EQ(part->sealed, "second");
  EXPECT_THAT(Write([&](Transaction& tx) { return DestroyDataKey(tx, "anna"); }),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_P(PersonalStoreTest, TheLedgerKeepsItsFirstEntryAndIsReadInPages) {
  ASSERT_THAT(Write([&](Transaction& tx) -> absl::Status {
                RETURN_IF_ERROR(AddErasure(tx, {"b", "bert", 2}));
                RETURN_IF_ERROR(AddErasure(tx, {"a", "anna", 1}));
                return AddErasure(tx, {"a", "other", 9});
              }),
              IsOk());
  const auto read = [&](std::string_view after, int count) {
    return Read<std::vector<Erasure>>([&](ReadTransaction& tx) { return personal::Erasures(tx, after, count); });
  };
  ASSERT_EQ(read("", 10).size(), 2u);
  EXPECT_EQ(read("", 10)[0].person, "anna");
  ASSERT_EQ(read("a", 1).size(), 1u);
  EXPECT_EQ(read("a", 1)[0].erase_us, 2);
}

INSTANTIATE_TEST_SUITE_P(Engines, PersonalStoreTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::personal
