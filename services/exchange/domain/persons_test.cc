#include "services/exchange/domain/persons.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/engines.h"
#include "services/exchange/domain/exchange_fixture.h"

namespace schutznetz::exchange {
namespace {

using access::Caller;
using storage::ReadTransaction;
using storage::Transaction;
using testing::HasReason;
using testing::IsOk;

class PersonsTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  absl::StatusOr<v1::MemberArchive> Export(const Caller& caller, const std::string& name) {
    return exchange_.Read(
        [&](ReadTransaction& tx) { return exchange_.persons().Export(tx, caller, name, absl::Now()); });
  }
  absl::StatusOr<v1::EraseMemberResponse> Erase(const Caller& caller, const std::string& name) {
    return exchange_.Write([&](Transaction& tx) { return exchange_.persons().Erase(tx, {caller, {}}, name); });
  }
  // Everything that the tables hold of persons.
  std::string Dump() {
    std::string all;
    EXPECT_THAT(exchange_.Read([&](ReadTransaction& tx) -> absl::StatusOr<int> {
      RETURN_IF_ERROR(tx.Query("SELECT id FROM data_key", {}, [&](const storage::Row& row) {
        all += std::string(row.Text(0)) + "\n";
        return absl::OkStatus();
      }));
      RETURN_IF_ERROR(tx.Query("SELECT id, sealed FROM sealed_part", {}, [&](const storage::Row& row) {
        all += std::string(row.Text(0)) + " " + std::string(row.Text(1)) + "\n";
        return absl::OkStatus();
      }));
      RETURN_IF_ERROR(tx.Query("SELECT id, body FROM record", {}, [&](const storage::Row& row) {
        all += std::string(row.Text(0)) + " " + std::string(row.Blob(1)) + "\n";
        return absl::OkStatus();
      }));
      RETURN_IF_ERROR(tx.Query("SELECT id, digest FROM credential", {}, [&](const storage::Row& row) {
        all += std::string(row.Text(0)) + " " + std::string(row.Text(1)) + "\n";
        return absl::OkStatus();
      }));
      return 0;
    }),
                IsOk());
    return all;
  }

  Exchange exchange_{GetParam()};
};

TEST_P(PersonsTest, TheArchiveHoldsEverythingAndSaysWhatItMeans) {
  const std::string anna = exchange_.MadeMember("anna");
  exchange_.MadeMembership(kKoeln, anna);
  exchange_.MadeMembership(kBonn, anna);
  v1::Grant grant;
  grant.set_principal(anna);
  grant.set_role(common::v1::Rule::EDITOR);
  grant.add_lands("lands/DE-NW");
  ASSERT_THAT(exchange_.Write([&](Transaction& tx) {
    return exchange_.grants().Create(tx, {Exchange::Operator(), {}}, grant);
  }),
              IsOk());

  const auto archive = Export(Exchange::Professional(anna), "members/me");
  ASSERT_THAT(archive, IsOk());
  EXPECT_EQ(archive->member().email(), "anna@example.org");
  EXPECT_EQ(archive->member().memberships_size(), 2);
  EXPECT_EQ(archive->memberships_size(), 2);
  EXPECT_EQ(archive->grants_size(), 1);
  std::set<std::string> described;
  for (const v1::FieldDescription& field : archive->fields()) {
    EXPECT_FALSE(field.description().empty()) << field.path();
    described.insert(field.path());
  }
  for (const char* path : {"member.displayName", "member.verification.verifier", "memberships.role", "grants.lands"}) {
    EXPECT_TRUE(described.contains(path)) << path;
  }
}

TEST_P(PersonsTest, NobodyElseGetsAnArchive) {
  const std::string anna = exchange_.MadeMember("anna");
  exchange_.MadeMembership(kKoeln, anna);
  EXPECT_THAT(Export(Exchange::Operator(), anna), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(Export(Exchange::MemberOf("members/b", {kKoeln}), anna), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(Export(Exchange::MemberOf("members/b", {kBonn}), anna), HasReason("RESOURCE_NOT_FOUND"));
}

TEST_P(PersonsTest, ErasureTakesEverythingButTheLedger) {
  const std::string bert = exchange_.MadeMember("bert");
  exchange_.MadeMembership(kKoeln, bert);
  const std::string before = Dump();
  const std::string anna = exchange_.MadeMember("anna");
  exchange_.MadeMembership(kKoeln, anna);
  const int64_t version = exchange_.RightsVersion();
  EXPECT_THAT(Erase(Exchange::MemberOf(bert, {kKoeln}), anna), HasReason("ACCESS_DENIED"));

  const auto erased = Erase(Exchange::Professional(anna), "members/me");
  ASSERT_THAT(erased, IsOk());
  EXPECT_EQ(erased->records_erased(), 2);
  EXPECT_GT(exchange_.RightsVersion(), version);
  EXPECT_EQ(Dump(), before);
  EXPECT_THAT(Erase(Exchange::Professional(anna), "members/me"), HasReason("RESOURCE_NOT_FOUND"));
  const auto ledger = exchange_.Read([&](ReadTransaction& tx) { return personal::Erasures(tx, "", 10); });
  ASSERT_EQ(ledger->size(), 1u);
  EXPECT_EQ((*ledger)[0].id, erased->ledger_id());
  EXPECT_EQ((*ledger)[0].person, MemberIdOf(anna));
}

TEST_P(PersonsTest, OperatorsEraseForAPersonButNotTheLastOfThemselves) {
  EXPECT_THAT(Erase(Exchange::Operator(), exchange_.MadeMember("anna")), IsOk());
  const std::string last = exchange_.MadeOperator("last");
  EXPECT_THAT(Erase(Exchange::Operator(last), last), HasReason("WRONG_STATE"));
  exchange_.MadeOperator("another");
  EXPECT_THAT(Erase(Exchange::Operator(last), last), IsOk());
}

TEST_P(PersonsTest, APersonThatABackupBroughtBackIsErasedByTheLedger) {
  const std::string anna = exchange_.MadeMember("anna");
  const personal::Erasure entry = {"raaaaaaaaaaaaaaaaaaaaaaaaaa", MemberIdOf(anna), 1};
  const auto replay = [&] {
    return exchange_.Write([&](Transaction& tx) { return exchange_.persons().Replay(tx, entry); });
  };
  EXPECT_TRUE(*replay());
  EXPECT_FALSE(*replay());
  EXPECT_EQ(Dump().find(MemberIdOf(anna)), std::string::npos);
}

// What is personal never stands in the files in the clear; after an erasure not even what was sealed is there.
TEST_P(PersonsTest, TheFilesHoldNothingOfAnErasedPerson) {
  if (GetParam() != storage::Engine::kSqlite) GTEST_SKIP() << "files of PostgreSQL are its own; the rows are checked";
  const std::string anna = exchange_.MadeMember("marker-subject-4711");
  exchange_.MadeMembership(kKoeln, anna);
  std::string sealed;
  ASSERT_THAT(exchange_.Read([&](ReadTransaction& tx) -> absl::StatusOr<int> {
    ASSIGN_OR_RETURN(const auto part, personal::Sealed(tx, {"member", MemberIdOf(anna)}));
    sealed = part->sealed;
    return 0;
  }),
              IsOk());
  const auto files = [&] {
    std::string all;
    const std::filesystem::path folder = std::filesystem::path(exchange_.temp().options().path).parent_path();
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      std::ifstream file(entry.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(file), {});
    }
    return all;
  };
  const std::string full = files();
  EXPECT_EQ(full.find("marker-subject-4711"), std::string::npos);
  EXPECT_EQ(full.find("Musterfrau"), std::string::npos);
  ASSERT_NE(full.find(sealed), std::string::npos) << "the search would not find anything";

  ASSERT_THAT(Erase(Exchange::Professional(anna), anna), IsOk());
  ASSERT_THAT(exchange_.database().ScrubDeleted(absl::Now() + absl::Minutes(1)), IsOk());
  EXPECT_EQ(files().find(sealed.substr(0, 40)), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Engines, PersonsTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::exchange
