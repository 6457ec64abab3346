#include "services/directory/housekeeping.h"

#include "gtest/gtest.h"
#include "schutznetz/directory/v1/location.pb.h"
#include "schutznetz/directory/v1/network.pb.h"
#include "schutznetz/directory/v1/organization.pb.h"
#include "schutznetz/directory/v1/service.pb.h"
#include "schutznetz/directory/v1/service_at_location.pb.h"
#include "services/common/changes/change_log.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"
#include "services/common/storage/request_log.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/fake_clock.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/temp_database.h"
#include "services/directory/domain/directory_rules.h"
#include "services/directory/domain/protection_changes.h"
#include "services/directory/store/sql_import_store.h"

namespace schutznetz::directory {
namespace {

using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;

class HousekeepingTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  // One change, and one answered request.
  void WriteOnce() {
    const auto work = [&](storage::Transaction& tx) -> absl::Status {
      RETURN_IF_ERROR(storage::BeginRequest(tx, kKey, "digest").status());
      tx.AppendChange({.kind = "service", .name = "services/dienst"});
      return storage::FinishRequest(tx, kKey, "answer");
    };
    ASSERT_THAT(temp_.database().WriteAndWait(work), IsOk());
  }
  bool IsAnswerKept() {
    bool kept = false;
    const auto work = [&](storage::Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const std::optional<std::string> known, storage::BeginRequest(tx, kKey, "digest"));
      kept = known.has_value();
      return absl::CancelledError("only looked");
    };
    (void)temp_.database().WriteAndWait(work);
    return kept;
  }
  absl::Status ReadFromTheBeginning() {
    return temp_.database().Read([](storage::ReadTransaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const changes::LogState state, changes::ReadLogState(tx));
      return changes::ReadChanges(tx, {state.epoch, 0}, 10).status();
    });
  }

  const storage::RequestKey kKey = {"principal", "method", "request"};
  testing::TempDatabase temp_{GetParam(), {&record::RecordMigrations(), &DirectoryMigrations()}};
  testing::FakeClock clock_{absl::Now()};
  const SqlImportStore store_;
  const Imports imports_{store_};
  const std::unique_ptr<const wire::Tables> tables_ = *wire::Tables::Build(
      {v1::Organization::descriptor(), v1::Location::descriptor(), v1::Service::descriptor(),
       v1::ServiceAtLocation::descriptor(), v1::Network::descriptor(), v1::ProtectionChange::descriptor()});
  const DirectoryRules rules_{*tables_};
  const record::StandardMethods methods_{rules_.all()};
  const ProtectionChanges protection_changes_{rules_, methods_, *tables_};
  Housekeeping housekeeping_{temp_.database(), imports_, protection_changes_, clock_, {}};
};

TEST_P(HousekeepingTest, AnswersAreKeptForTwoDaysAndChangesForTwoWeeks) {
  WriteOnce();
  clock_.Advance(absl::Hours(47));
  ASSERT_THAT(housekeeping_.RunOnce(), IsOk());
  EXPECT_TRUE(IsAnswerKept());
  clock_.Advance(absl::Hours(2));
  ASSERT_THAT(housekeeping_.RunOnce(), IsOk());
  EXPECT_FALSE(IsAnswerKept());
  EXPECT_THAT(ReadFromTheBeginning(), IsOk());
  clock_.Advance(absl::Hours(14 * 24));
  ASSERT_THAT(housekeeping_.RunOnce(), IsOk());
  EXPECT_THAT(ReadFromTheBeginning(), HasReason("CURSOR_TOO_OLD"));
}

TEST_P(HousekeepingTest, DecidedProposalsAreKeptForNinetyDays) {
  v1::ProtectionChange change;
  change.set_name("protectionChanges/alt");
  change.set_state(v1::ProtectionChange::APPROVED);
  record::Record row;
  row.key = {kProtectionChangeKind, "alt"};
  row.body = change.SerializeAsString();
  row.create_us = row.update_us = row.public_update_us = absl::ToUnixMicros(clock_.Now());
  ASSERT_THAT(temp_.database().WriteAndWait([&](storage::Transaction& tx) { return record::InsertLater(tx, row); }),
              IsOk());
  const auto is_kept = [&] {
    bool kept = false;
    EXPECT_THAT(temp_.database().Read([&](storage::ReadTransaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const auto found, record::Get(tx, row.key));
      kept = found.has_value();
      return absl::OkStatus();
    }),
                IsOk());
    return kept;
  };
  clock_.Advance(absl::Hours(90 * 24 - 1));
  ASSERT_THAT(housekeeping_.RunOnce(), IsOk());
  EXPECT_TRUE(is_kept());
  clock_.Advance(absl::Hours(2));
  ASSERT_THAT(housekeeping_.RunOnce(), IsOk());
  EXPECT_FALSE(is_kept());
}

TEST_P(HousekeepingTest, RunsOnItsOwn) {
  WriteOnce();
  clock_.Advance(absl::Hours(49));
  housekeeping_.Start(absl::Milliseconds(5));
  EXPECT_TRUE(testing::Eventually([&] { return !IsAnswerKept(); }));
}

INSTANTIATE_TEST_SUITE_P(Engines, HousekeepingTest, schutznetz::testing::AllEngines(), schutznetz::testing::EngineName);

}  // namespace
}  // namespace schutznetz::directory
