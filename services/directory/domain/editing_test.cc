// Standard methods with the directory's rules on a real database: etags, masks, references, deletion.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/matchers.h"
#include "services/directory/domain/editing_fixture.h"

namespace schutznetz::directory {
namespace {

using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using schutznetz::testing::StatusIs;
using storage::ChangeOperation;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class EditingTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  Editing editing_{GetParam()};
};

TEST_P(EditingTest, CreateAnswersWithNameTimesAndEtag) {
  const v1::Organization made = editing_.MadeOrganization("musterstelle-koeln");
  EXPECT_EQ(made.name(), "organizations/musterstelle-koeln");
  EXPECT_TRUE(made.has_create_time());
  EXPECT_EQ(made.create_time().seconds(), made.update_time().seconds());
  EXPECT_EQ(made.etag().size(), 16u);
  EXPECT_EQ(editing_.ShownToAll(made.name()).etag, made.etag());
  const auto changes = editing_.Changes();
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].record.name, made.name());
  EXPECT_EQ(changes[0].record.operation, ChangeOperation::kCreated);
  EXPECT_THAT(changes[0].record.tags, Contains("organization/DE-NW"));
}

TEST_P(EditingTest, WithoutAnIdTheServerMakesARandomOne) {
  const std::string first = editing_.MadeOrganization("").name();
  const std::string second = editing_.MadeOrganization("").name();
  EXPECT_NE(first, second);
  EXPECT_EQ(first.size(), std::string("organizations/").size() + 27);
}

TEST_P(EditingTest, CreateWithATakenIdIsRefused) {
  v1::Organization made = editing_.MadeOrganization();
  EXPECT_THAT(editing_.Create(made, "musterstelle"), HasReason("RESOURCE_EXISTS"));
  ASSERT_THAT(editing_.Delete(made), IsOk());
  EXPECT_THAT(editing_.Create(made, "musterstelle"), HasReason("RESOURCE_EXISTS")) << "a deleted one keeps its name";
}

TEST_P(EditingTest, OfTwoEditorsWithOneEtagTheSecondIsAborted) {
  v1::Organization first = editing_.MadeOrganization();
  v1::Organization second = first;
  first.set_display_name("Erste");
  second.set_display_name("Zweite");
  ASSERT_THAT(editing_.Update(first, {"display_name"}), IsOk());
  const auto refused = editing_.Update(second, {"display_name"});
  EXPECT_THAT(refused, HasReason("ETAG_MISMATCH"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted));
}

TEST_P(EditingTest, ChangesWithoutAnEtagAreRefused) {
  v1::Organization made = editing_.MadeOrganization();
  made.clear_etag();
  EXPECT_THAT(editing_.Update(made, {}), HasReason("ETAG_MISSING"));
  EXPECT_THAT(editing_.Delete(made), HasReason("ETAG_MISSING"));
  EXPECT_THAT(editing_.Undelete(made), HasReason("ETAG_MISSING"));
}

TEST_P(EditingTest, AChangeThatChangesNothingWritesNothing) {
  const v1::Organization made = editing_.MadeOrganization();
  const auto same = editing_.Update(made, {"display_name"});
  ASSERT_THAT(same, IsOk());
  EXPECT_EQ(same->etag(), made.etag());
  EXPECT_THAT(editing_.Changes(), SizeIs(1));
}

TEST_P(EditingTest, TheMaskSaysWhatChanges) {
  v1::Organization made = editing_.MadeOrganization();
  made.set_alternate_name("MK");
  made.set_legal_status("e. V.");
  auto changed = editing_.Update(made, {"alternate_name"});
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->alternate_name(), "MK");
  EXPECT_THAT(changed->legal_status(), IsEmpty());

  v1::Organization patch;  // without a mask: what is set
  patch.set_name(made.name());
  patch.set_etag(changed->etag());
  patch.set_legal_status("gGmbH");
  changed = editing_.Update(patch, {});
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->alternate_name(), "MK");
  EXPECT_EQ(changed->legal_status(), "gGmbH");

  v1::Organization whole = patch;
  whole.set_etag(changed->etag());
  whole.set_display_name("Neu");
  changed = editing_.Update(whole, {"*"});
  ASSERT_THAT(changed, IsOk());
  EXPECT_THAT(changed->alternate_name(), IsEmpty());
  EXPECT_THAT(changed->land(), IsEmpty());
  EXPECT_EQ(changed->name(), made.name());
}

TEST_P(EditingTest, ImmutableFieldsStay) {
  v1::Service service = editing_.MadeService(editing_.MadeOrganization());
  service.set_organization(editing_.MadeOrganization("andere-stelle").name());
  EXPECT_THAT(editing_.Update(service, {"organization"}), HasReason("IMMUTABLE_FIELD"));
}

TEST_P(EditingTest, WhatIsReferredToMustBeThere) {
  v1::Organization organization = editing_.MadeOrganization();
  v1::Service service = editing_.MadeService(organization);
  service.set_organization("organizations/gibt-es-nicht");
  const auto missing = editing_.Create(service, "neuer-dienst");
  EXPECT_THAT(missing, HasReason("REFERENCE_NOT_FOUND"));
  EXPECT_EQ(errors::MetadataOf(missing.status(), "field"), "resource.organization");

  service.set_organization(organization.name());
  service.add_networks("networks/gibt-es-nicht");
  EXPECT_THAT(editing_.Update(service, {"networks"}), HasReason("REFERENCE_NOT_FOUND"));
}

TEST_P(EditingTest, ParentsStayWhileTheirChildrenLive) {
  v1::Organization organization = editing_.MadeOrganization();
  v1::Service service = editing_.MadeService(organization);
  const auto in_use = editing_.Delete(organization);
  EXPECT_THAT(in_use, HasReason("RESOURCE_IN_USE"));
  EXPECT_EQ(errors::MetadataOf(in_use.status(), "children"), "1");

  const auto gone = editing_.Delete(service);
  ASSERT_THAT(gone, IsOk());
  EXPECT_TRUE(gone->has_delete_time());
  const auto organization_gone = editing_.Delete(organization);
  ASSERT_THAT(organization_gone, IsOk());
  EXPECT_THAT(editing_.Update(*gone, {}), HasReason("RESOURCE_DELETED"));
  EXPECT_THAT(editing_.Undelete(*gone), HasReason("REFERENCE_NOT_FOUND"));

  ASSERT_THAT(editing_.Undelete(*organization_gone), IsOk());
  const auto back = editing_.Undelete(*gone);
  ASSERT_THAT(back, IsOk());
  EXPECT_FALSE(back->has_delete_time());
  EXPECT_EQ(back->etag(), service.etag());
  EXPECT_THAT(editing_.Undelete(*back), HasReason("RESOURCE_NOT_DELETED"));
  EXPECT_EQ(editing_.Changes().back().record.operation, ChangeOperation::kUndeleted);
}

TEST_P(EditingTest, AServiceIsAtALocationOnce) {
  const v1::Organization organization = editing_.MadeOrganization();
  v1::ServiceAtLocation here;
  here.set_service(editing_.MadeService(organization).name());
  here.set_location(editing_.MadeLocation(organization).name());
  const auto first = editing_.Create(here, "dienst-im-haus");
  ASSERT_THAT(first, IsOk());
  const auto second = editing_.Create(here, "noch-einmal");
  EXPECT_THAT(second, HasReason("RESOURCE_EXISTS"));
  EXPECT_EQ(errors::MetadataOf(second.status(), "resource"), first->name());
  const auto gone = editing_.Delete(*first);
  ASSERT_THAT(gone, IsOk());
  ASSERT_THAT(editing_.Create(here, "noch-einmal"), IsOk());
  EXPECT_THAT(editing_.Undelete(*gone), HasReason("RESOURCE_EXISTS"));
}

TEST_P(EditingTest, AllViolationsAreNamedAtOnce) {
  v1::Location location;
  location.set_organization(editing_.MadeOrganization().name());
  location.set_kreis_key("053");
  location.mutable_point()->set_latitude(7.6);
  location.mutable_point()->set_longitude(51.9);
  location.add_phones()->set_number("+49");
  location.mutable_address()->set_country("de");
  const auto refused = editing_.Create(location);
  ASSERT_THAT(refused, HasReason("INVALID_FIELD"));
  std::vector<std::string> fields;
  for (const auto& violation : errors::ViolationsOf(refused.status())) fields.push_back(violation.field);
  EXPECT_THAT(fields, ::testing::UnorderedElementsAre("resource.kreisKey", "resource.point.latitude",
                                                      "resource.point.longitude", "resource.phones[0].number",
                                                      "resource.address.country"));
}

TEST_P(EditingTest, EditorsChangeTheirOwnLandOnly) {
  v1::Organization organization = editing_.MadeOrganization();
  organization.set_display_name("Umbenannt");
  const access::Caller bavarian = Editing::EditorOf("lands/DE-BY");
  EXPECT_THAT(editing_.Update(organization, {"display_name"}, bavarian), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(editing_.Create(organization, "neu-in-nrw", bavarian), HasReason("ACCESS_DENIED"));
  organization.set_land("lands/DE-BY");
  EXPECT_THAT(editing_.Update(organization, {"land"}, Editing::EditorOf("lands/DE-NW")), HasReason("ACCESS_DENIED"))
      << "moved out of the editor's Land";
  organization.set_land("lands/DE-NW");
  EXPECT_THAT(editing_.Update(organization, {"display_name"}, Editing::EditorOf("lands/DE-NW")), IsOk());
}

TEST_P(EditingTest, EditorsOfOtherLandsCreateNothingOfAnyKind) {
  const v1::Organization organization = editing_.MadeOrganization();
  const size_t changes = editing_.Changes().size();
  v1::Service service;
  service.set_organization(organization.name());
  service.set_display_name("Dienst");
  service.set_kind(v1::Service::OTHER);
  service.set_land("lands/DE-NW");
  v1::Location location;
  location.set_organization(organization.name());
  location.set_kreis_key("05315");
  v1::Network network;
  network.set_display_name("Netz");
  network.add_lands("lands/DE-BY");
  network.add_lands("lands/DE-NW");
  v1::Organization nationwide;
  nationwide.set_display_name("Bundesweite Musterstelle");
  const access::Caller operators = access::Caller::Granted("o", {.roles = {access::Role::kOperator}});
  for (const access::Caller& caller : {Editing::EditorOf("lands/DE-BY"), operators, access::Caller()}) {
    EXPECT_THAT(editing_.Create(service, "neuer-dienst", caller), HasReason("ACCESS_DENIED"));
    EXPECT_THAT(editing_.Create(location, "neues-haus", caller), HasReason("ACCESS_DENIED"));
    EXPECT_THAT(editing_.Create(network, "neues-netz", caller), HasReason("ACCESS_DENIED"));
    EXPECT_THAT(editing_.Create(nationwide, "neue-stelle", caller), HasReason("ACCESS_DENIED"));
  }
  EXPECT_THAT(editing_.Changes(), SizeIs(changes));
  EXPECT_THAT(editing_.Create(service, "neuer-dienst", Editing::EditorOf("lands/DE-NW")), IsOk());
}

TEST_P(EditingTest, ANetworkIsExtendedAfterItsFoundingAndInOrder) {
  v1::Network network;
  network.set_display_name("Netz");
  network.add_lands("lands/DE-NW");
  network.set_founding_date("2020-03-01");
  network.add_extension_dates("2020-03-01");
  network.add_extension_dates("2021-06-15");
  EXPECT_THAT(editing_.Create(network, "ein-netz", Editing::EditorOf("lands/DE-NW")), IsOk());
  for (const char* bad : {"2021-06-15", "2020-12-31"}) {
    v1::Network other = network;
    other.add_extension_dates(bad);
    EXPECT_THAT(editing_.Create(other, "anderes-netz", Editing::EditorOf("lands/DE-NW")), HasReason("INVALID_FIELD"))
        << bad;
  }
  network.set_founding_date("2020-03-02");
  EXPECT_THAT(editing_.Create(network, "anderes-netz", Editing::EditorOf("lands/DE-NW")), HasReason("INVALID_FIELD"));
}

TEST_P(EditingTest, AServiceMovesWithRightsForBothLandsOnly) {
  v1::Service service = editing_.MadeService(editing_.MadeOrganization());
  service.set_land("lands/DE-BY");
  for (const char* land : {"lands/DE-NW", "lands/DE-BY"}) {
    EXPECT_THAT(editing_.Update(service, {"land"}, Editing::EditorOf(land)), HasReason("ACCESS_DENIED")) << land;
  }
  const access::Caller both =
      access::Caller::Granted("both", {.roles = {access::Role::kEditor}, .lands = {"lands/DE-NW", "lands/DE-BY"}});
  EXPECT_THAT(editing_.Update(service, {"land"}, both), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Engines, EditingTest, schutznetz::testing::AllEngines(), schutznetz::testing::EngineName);

}  // namespace
}  // namespace schutznetz::directory
