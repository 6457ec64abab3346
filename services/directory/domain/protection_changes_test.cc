// Two editors lower a protection; nobody does alone.
#include "services/directory/domain/protection_changes.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/matchers.h"
#include "services/directory/domain/editing_fixture.h"

namespace schutznetz::directory {
namespace {

using access::Caller;
using access::Role;
using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using storage::ChangeOperation;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using v1::ProtectionChange;

Caller EditorNamed(const std::string& name, std::vector<std::string> lands = {"lands/DE-NW"}) {
  return Caller::Granted(name, {.roles = {Role::kEditor}, .lands = std::move(lands)});
}

class ProtectionChangesTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  ProtectionChangesTest() {
    v1::Organization organization = editing_.MadeOrganization();
    location_ = editing_.MadeLocation(organization);
    location_.set_address_protection(common::v1::PROTECTED);
    location_ = *editing_.Update(location_, {"address_protection"}, one_);
  }

  ProtectionChange Proposal() const {
    ProtectionChange change;
    change.set_resource(location_.name());
    change.set_resource_etag(location_.etag());
    change.set_address_protection(common::v1::PUBLIC);
    return change;
  }
  bool ShowsAddress() {
    v1::Location shown;
    return shown.ParseFromString(editing_.ShownToAll(location_.name()).bytes) && shown.has_address();
  }
  std::vector<std::string> Listed(const Caller& caller, const ProtectionChangeFilter& filter = {}) {
    std::vector<std::string> names;
    EXPECT_THAT(editing_.database().Read([&](storage::ReadTransaction& tx) -> absl::Status {
      auto list = editing_.protection_changes().List(tx, caller, filter, "", 100, absl::Now());
      if (!list.ok()) return list.status();
      names.clear();
      for (const ProtectionChange& change : *list) names.push_back(change.name());
      return absl::OkStatus();
    }),
                IsOk());
    return names;
  }

  const Caller one_ = EditorNamed("members/one");
  const Caller two_ = EditorNamed("members/two");
  const Caller elsewhere_ = EditorNamed("members/three", {"lands/DE-BY"});
  Editing editing_{GetParam()};
  v1::Location location_;
};

TEST_P(ProtectionChangesTest, TwoEditorsLowerIt) {
  const auto proposed = editing_.Propose(Proposal(), one_);
  ASSERT_THAT(proposed, IsOk());
  EXPECT_EQ(proposed->state(), ProtectionChange::PROPOSED);
  EXPECT_EQ(proposed->proposed_by(), "members/one");
  EXPECT_THAT(proposed->lands(), ElementsAre("lands/DE-NW"));
  EXPECT_FALSE(ShowsAddress());
  const auto approved = editing_.Approve(*proposed, two_);
  ASSERT_THAT(approved, IsOk());
  EXPECT_EQ(approved->state(), ProtectionChange::APPROVED);
  EXPECT_EQ(approved->decided_by(), "members/two");
  EXPECT_TRUE(ShowsAddress());
  const auto changes = editing_.Changes();
  const auto lowered = std::find_if(changes.rbegin(), changes.rend(),
                                    [&](const auto& change) { return change.record.name == location_.name(); });
  ASSERT_NE(lowered, changes.rend());
  EXPECT_EQ(lowered->record.operation, ChangeOperation::kUpdated);
  EXPECT_THAT(editing_.Approve(*approved, two_), HasReason("WRONG_STATE"));
  EXPECT_THAT(editing_.Reject(*approved, two_), HasReason("WRONG_STATE"));
}

TEST_P(ProtectionChangesTest, NobodyApprovesTheirOwnProposal) {
  const auto proposed = editing_.Propose(Proposal(), one_);
  ASSERT_THAT(proposed, IsOk());
  EXPECT_THAT(editing_.Approve(*proposed, one_), HasReason("WRONG_STATE"));
  EXPECT_FALSE(ShowsAddress());
  const auto withdrawn = editing_.Reject(*proposed, one_);
  ASSERT_THAT(withdrawn, IsOk());
  EXPECT_EQ(withdrawn->state(), ProtectionChange::REJECTED);
  EXPECT_THAT(editing_.Reject(*withdrawn, two_), IsOk()) << "once is enough";
  EXPECT_THAT(editing_.Approve(*withdrawn, two_), HasReason("WRONG_STATE"));
}

TEST_P(ProtectionChangesTest, WhatIsApprovedIsWhatWasProposed) {
  const auto proposed = editing_.Propose(Proposal(), one_);
  ASSERT_THAT(proposed, IsOk());
  v1::Location moved = location_;
  moved.mutable_address()->set_street("Anderswo 5");
  moved = *editing_.Update(moved, {"address"}, one_);
  EXPECT_THAT(editing_.Approve(*proposed, two_), HasReason("ETAG_MISMATCH"));
  EXPECT_FALSE(ShowsAddress());
  location_ = moved;
  const auto again = editing_.Propose(Proposal(), one_);  // the outdated one gives way
  ASSERT_THAT(again, IsOk());
  ProtectionChange stale = *again;
  stale.set_etag("other");
  EXPECT_THAT(editing_.Approve(stale, two_), HasReason("ETAG_MISMATCH"));
  EXPECT_THAT(editing_.Approve(*again, two_), IsOk());
}

TEST_P(ProtectionChangesTest, OneProposalWaitsAtATime) {
  const auto first = editing_.Propose(Proposal(), one_);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(editing_.Propose(Proposal(), two_), HasReason("RESOURCE_EXISTS"));
  ASSERT_THAT(editing_.Reject(*first, two_), IsOk());
  EXPECT_THAT(editing_.Propose(Proposal(), two_), IsOk());
}

TEST_P(ProtectionChangesTest, ForOtherLandsItDoesNotExist) {
  const auto proposed = editing_.Propose(Proposal(), one_);
  ASSERT_THAT(proposed, IsOk());
  const Caller operators = Caller::Granted("members/o", {.roles = {Role::kOperator}});
  const Caller professional = Caller::Granted("members/p", {.roles = {Role::kProfessional}});
  for (const Caller& caller : {elsewhere_, operators, professional, Caller()}) {
    EXPECT_THAT(editing_.Approve(*proposed, caller), HasReason("RESOURCE_NOT_FOUND"));
    EXPECT_THAT(editing_.Reject(*proposed, caller), HasReason("RESOURCE_NOT_FOUND"));
    EXPECT_THAT(Listed(caller), IsEmpty());
  }
  EXPECT_THAT(editing_.Propose(Proposal(), elsewhere_), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(Listed(two_), ElementsAre(proposed->name()));
  EXPECT_THAT(Listed(two_, {.resource = "locations/other"}), IsEmpty());
  EXPECT_THAT(Listed(two_, {.state = ProtectionChange::PROPOSED}), SizeIs(1));
}

TEST_P(ProtectionChangesTest, WhatIsOverIsForgottenAfterNinetyDays) {
  const auto rejected = editing_.Propose(Proposal(), one_);
  ASSERT_THAT(rejected, IsOk());
  ASSERT_THAT(editing_.Reject(*rejected, two_), IsOk());
  const auto open = editing_.Propose(Proposal(), one_);
  ASSERT_THAT(open, IsOk());
  const auto now = absl::Now();
  const auto forget = [&](absl::Time at) {
    EXPECT_THAT(editing_.database().WriteAndWait([&](storage::Transaction& tx) -> absl::Status {
      const auto old = editing_.protection_changes().Old(tx, at, 100);
      if (!old.ok()) return old.status();
      return editing_.protection_changes().Forget(tx, at, *old);
    }),
                IsOk());
  };
  forget(now + absl::Hours(89 * 24));
  EXPECT_THAT(Listed(two_), SizeIs(2));
  forget(now + absl::Hours(91 * 24));
  EXPECT_THAT(Listed(two_), ElementsAre(open->name())) << "it could be approved for 14 days";
  EXPECT_EQ(editing_.Changes().back().record.name, rejected->name());
  EXPECT_EQ(editing_.Changes().back().record.operation, ChangeOperation::kDeleted);
  EXPECT_THAT(editing_.Propose(Proposal(), two_), HasReason("RESOURCE_EXISTS")) << "the open one still waits";
  forget(now + absl::Hours(105 * 24));
  EXPECT_THAT(Listed(two_), IsEmpty());
  EXPECT_THAT(editing_.Propose(Proposal(), two_), IsOk());
}

TEST_P(ProtectionChangesTest, OnlyLoweringIsProposed) {
  ProtectionChange nothing = Proposal();
  nothing.set_address_protection(common::v1::PROTECTED);
  EXPECT_THAT(editing_.Propose(nothing, one_), HasReason("INVALID_FIELD"));
  ProtectionChange stale = Proposal();
  stale.set_resource_etag("other");
  EXPECT_THAT(editing_.Propose(stale, one_), HasReason("ETAG_MISMATCH"));
  ProtectionChange unknown = Proposal();
  unknown.set_resource("imports/one");
  EXPECT_THAT(editing_.Propose(unknown, one_), HasReason("INVALID_FIELD"));
  ProtectionChange part = Proposal();
  part.add_parts()->set_path("phones[4]");
  EXPECT_THAT(editing_.Propose(part, one_), HasReason("INVALID_FIELD"));
}

TEST_P(ProtectionChangesTest, ALineIsLoweredByTwoAndRedactedByOne) {
  v1::Service service = editing_.MadeService(editing_.MadeOrganization("andere-stelle"));
  service.add_phones()->set_number("+493023125001");
  service = *editing_.Update(service, {"phones"}, one_);
  service.mutable_phones(0)->set_protection(common::v1::PROTECTED);
  service = *editing_.Update(service, {"phones"}, one_);
  EXPECT_EQ(editing_.Changes().back().record.operation, ChangeOperation::kRedacted);

  v1::Service lower = service;
  lower.mutable_phones(0)->clear_protection();
  EXPECT_THAT(editing_.Update(lower, {"phones"}, one_), HasReason("SECOND_PERSON_NEEDED"));
  v1::Service moved = service;
  moved.mutable_professional_phones()->Add()->set_number("+493023125001");
  moved.clear_phones();
  EXPECT_THAT(editing_.Update(moved, {"phones", "professional_phones"}, one_), HasReason("SECOND_PERSON_NEEDED"));

  ProtectionChange change;
  change.set_resource(service.name());
  change.set_resource_etag(service.etag());
  auto* part = change.add_parts();
  part->set_path("phones[0]");
  part->set_protection(common::v1::RESTRICTED);
  const auto proposed = editing_.Propose(change, one_);
  ASSERT_THAT(proposed, IsOk());
  ASSERT_THAT(editing_.Approve(*proposed, two_), IsOk());
  v1::Service shown;
  ASSERT_TRUE(shown.ParseFromString(editing_.ShownToAll(service.name()).bytes));
  ASSERT_THAT(shown.withheld(), SizeIs(1));
  EXPECT_EQ(shown.withheld(0).field(), "phones");
  EXPECT_EQ(shown.withheld(0).reason(), common::v1::Withheld::NOT_VERIFIED);
}

TEST_P(ProtectionChangesTest, NamesThatAnEditorMayNotKnowStayWhenTheyWrite) {
  v1::Network network;
  network.set_display_name("Netz");
  network.add_lands("lands/DE-NW");
  v1::Organization hidden;
  hidden.set_display_name("Verborgen");
  hidden.set_land("lands/DE-BY");
  hidden.set_protection(common::v1::PROTECTED);
  hidden = *editing_.Create(hidden);
  network.add_participants(hidden.name());
  network.set_coordinator(hidden.name());
  network = *editing_.Create(network, "netz");
  v1::Network seen = network;  // as the editor of the network's Land reads it
  seen.clear_participants();
  seen.clear_coordinator();
  seen.set_display_name("Umbenannt");
  EXPECT_THAT(editing_.Update(seen, {"*"}, one_), HasReason("ETAG_MISMATCH")) << "the etag is of what one sees";
  v1::Network patch;
  patch.set_name(network.name());
  patch.set_display_name("Umbenannt");
  // The etag that this editor would read.
  const auto refused = editing_.Update(
      [&] {
        patch.set_etag("x");
        return patch;
      }(),
      {"display_name"}, one_);
  patch.set_etag(errors::MetadataOf(refused.status(), "etag"));
  const auto renamed = editing_.Update(patch, {"display_name", "participants", "coordinator"}, one_);
  ASSERT_THAT(renamed, IsOk());
  EXPECT_THAT(renamed->participants(), IsEmpty());
  EXPECT_THAT(renamed->coordinator(), IsEmpty());
  v1::Network whole = *renamed;
  whole.set_etag("x");
  const auto other = editing_.Update(whole, {"display_name"});
  whole.set_etag(errors::MetadataOf(other.status(), "etag"));
  whole.set_display_name("Noch einmal");
  const auto by_all = editing_.Update(whole, {"display_name"});
  ASSERT_THAT(by_all, IsOk());
  EXPECT_THAT(by_all->participants(), ElementsAre(hidden.name()));
  EXPECT_EQ(by_all->coordinator(), hidden.name());
}

INSTANTIATE_TEST_SUITE_P(Engines, ProtectionChangesTest, schutznetz::testing::AllEngines(),
                         schutznetz::testing::EngineName);

}  // namespace
}  // namespace schutznetz::directory
