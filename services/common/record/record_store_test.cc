// The contract of the record tables, on both engines.
#include "services/common/record/record_store.h"

#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/errors/macros.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/matchers.h"
#include "services/common/testing/temp_database.h"

namespace schutznetz::record {
namespace {

using storage::ReadTransaction;
using storage::Transaction;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;
using testing::StatusIs;

Record MakeRecord(const std::string& kind, const std::string& id, std::string_view body = "body") {
  Record record;
  record.key = {kind, id};
  record.body = body;
  record.create_us = 1;
  record.update_us = 2;
  record.public_update_us = 3;
  return record;
}

class RecordStoreTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  absl::Status Write(absl::FunctionRef<absl::Status(Transaction&)> work) {
    return temp_.database().WriteAndWait(work).status();
  }
  void Read(absl::FunctionRef<absl::Status(ReadTransaction&)> work) {
    ASSERT_THAT(temp_.database().Read(work), IsOk());
  }
  void Insert(const Record& record) {
    ASSERT_THAT(Write([&](Transaction& tx) { return record::Insert(tx, record).status(); }), IsOk());
  }

  testing::TempDatabase temp_{GetParam(), {&RecordMigrations()}};
};

TEST_P(RecordStoreTest, WhatWasWrittenIsReadByteForByte) {
  const std::string body("\0\x01\xff\n'\\", 6);
  Insert(MakeRecord("service", "dienst", body));
  Read([&](ReadTransaction& tx) -> absl::Status {
    ASSIGN_OR_RETURN(const std::optional<Record> found, Get(tx, {"service", "dienst"}));
    EXPECT_TRUE(found.has_value());
    EXPECT_EQ(found->body, body);
    EXPECT_EQ(found->create_us, 1);
    EXPECT_EQ(found->update_us, 2);
    EXPECT_EQ(found->public_update_us, 3);
    EXPECT_FALSE(found->deleted());
    EXPECT_EQ(Get(tx, {"location", "dienst"})->has_value(), false) << "kinds are apart";
    return absl::OkStatus();
  });
}

TEST_P(RecordStoreTest, AnIdIsGivenOnceAndTheWriteGoesOn) {
  Insert(MakeRecord("service", "dienst", "erster"));
  ASSERT_THAT(Write([&](Transaction& tx) -> absl::Status {
                ASSIGN_OR_RETURN(const bool inserted, record::Insert(tx, MakeRecord("service", "dienst", "zweiter")));
                EXPECT_FALSE(inserted);
                return record::Insert(tx, MakeRecord("service", "anderer")).status();
              }),
              IsOk());
  EXPECT_THAT(Write([&](Transaction& tx) { return InsertLater(tx, MakeRecord("service", "dienst")); }),
              StatusIs(absl::StatusCode::kAlreadyExists));
  Read([&](ReadTransaction& tx) -> absl::Status {
    EXPECT_EQ((*Get(tx, {"service", "dienst"}))->body, "erster");
    EXPECT_TRUE(Get(tx, {"service", "anderer"})->has_value());
    return absl::OkStatus();
  });
}

TEST_P(RecordStoreTest, ScanGoesThroughAKindInBytewiseOrder) {
  for (const char* id : {"b", "B", "a-b", "a1", "\xc3\xa4"}) Insert(MakeRecord("service", id));
  Insert(MakeRecord("area", "05"));
  std::vector<std::string> ids;
  Read([&](ReadTransaction& tx) -> absl::Status {
    std::string after;
    for (int count = 2; count == 2;) {
      ASSIGN_OR_RETURN(count, Scan(tx, "service", std::string(after), 2, [&](const Record& record) {
                         ids.push_back(after = record.key.id);
                         return absl::OkStatus();
                       }));
    }
    return absl::OkStatus();
  });
  EXPECT_THAT(ids, ElementsAre("B", "a-b", "a1", "b", "\xc3\xa4"));
}

TEST_P(RecordStoreTest, NothingIsLeftOfWhatIsErased) {
  const RecordKey stelle = {"organization", "stelle"};
  const RecordKey dienst = {"service", "dienst"};
  Insert(MakeRecord("organization", "stelle"));
  Insert(MakeRecord("service", "dienst"));
  ASSERT_THAT(Write([&](Transaction& tx) -> absl::Status {
                RETURN_IF_ERROR(PutReferences(tx, dienst, std::vector<Reference>{{"organization", stelle}}));
                return ClaimUnique(tx, stelle, "value").status();
              }),
              IsOk());
  ASSERT_THAT(Write([&](Transaction& tx) { return Erase(tx, stelle); }), IsOk());
  ASSERT_THAT(Write([&](Transaction& tx) { return Erase(tx, stelle); }), IsOk()) << "once more changes nothing";
  Insert(MakeRecord("organization", "andere"));
  ASSERT_THAT(Write([&](Transaction& tx) -> absl::Status {
                EXPECT_FALSE(Get(tx, stelle)->has_value());
                EXPECT_TRUE(Get(tx, dienst)->has_value());
                EXPECT_EQ(*CountReferrers(tx, stelle), 0);
                EXPECT_EQ(*ClaimUnique(tx, {"organization", "andere"}, "value"), std::nullopt);
                return absl::OkStatus();
              }),
              IsOk());
}

TEST_P(RecordStoreTest, OnlyLiveReferrersCount) {
  const RecordKey organization = {"organization", "stelle"};
  Insert(MakeRecord("organization", "stelle"));
  for (const char* id : {"eins", "zwei", "drei"}) {
    Insert(MakeRecord("service", id));
    ASSERT_THAT(Write([&](Transaction& tx) {
                  const std::vector<Reference> references = {{"organization", organization}};
                  return PutReferences(tx, {"service", id}, references);
                }),
                IsOk());
  }
  Record gone = MakeRecord("service", "zwei");
  gone.delete_us = 9;
  ASSERT_THAT(Write([&](Transaction& tx) { return Update(tx, gone); }), IsOk());
  ASSERT_THAT(Write([&](Transaction& tx) { return PutReferences(tx, {"service", "drei"}, {}); }), IsOk());
  Read([&](ReadTransaction& tx) -> absl::Status {
    EXPECT_EQ(*CountReferrers(tx, organization), 1);
    EXPECT_THAT(*Referrers(tx, organization, "service", "organization", 10), ElementsAre(RecordKey{"service", "eins"}));
    EXPECT_THAT(*Referrers(tx, organization, "service", "networks", 10), IsEmpty());
    return absl::OkStatus();
  });
}

TEST_P(RecordStoreTest, AUniqueValueHasOneOwner) {
  const RecordKey first = {"serviceAtLocation", "eins"}, second = {"serviceAtLocation", "zwei"};
  ASSERT_THAT(Write([&](Transaction& tx) -> absl::Status {
                EXPECT_EQ(*ClaimUnique(tx, first, "paar"), std::nullopt);
                EXPECT_EQ(*ClaimUnique(tx, first, "paar"), std::nullopt) << "its own";
                EXPECT_EQ(*ClaimUnique(tx, second, "paar"), "eins");
                RETURN_IF_ERROR(ReleaseUnique(tx, first));
                EXPECT_EQ(*ClaimUnique(tx, second, "paar"), std::nullopt);
                return absl::OkStatus();
              }),
              IsOk());
}

// A child and the deletion of its parent at the same moment: one of them wins, never both.
TEST_P(RecordStoreTest, AParentIsNotDeletedUnderItsNewChild) {
  for (int round = 0; round < 10; ++round) {
    const RecordKey parent = {"organization", "stelle-" + std::to_string(round)};
    const RecordKey child = {"service", "dienst-" + std::to_string(round)};
    Insert(MakeRecord(parent.kind, parent.id));
    bool adopted = false, deleted = false;
    std::thread adopter([&] {
      const absl::Status status = Write([&](Transaction& tx) -> absl::Status {
        ASSIGN_OR_RETURN(const std::optional<Record> found, GetForShare(tx, parent));
        if (found->deleted()) return absl::FailedPreconditionError("deleted");
        RETURN_IF_ERROR(record::Insert(tx, MakeRecord(child.kind, child.id)).status());
        const std::vector<Reference> references = {{"organization", parent}};
        return PutReferences(tx, child, references);
      });
      adopted = status.ok();
    });
    const absl::Status status = Write([&](Transaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(std::optional<Record> found, GetForUpdate(tx, parent));
      ASSIGN_OR_RETURN(const int64_t children, CountReferrers(tx, parent));
      if (children > 0) return absl::FailedPreconditionError("in use");
      found->delete_us = 9;
      return Update(tx, *found);
    });
    deleted = status.ok();
    adopter.join();
    EXPECT_NE(adopted, deleted) << "round " << round << ": " << status;
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, RecordStoreTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::record
