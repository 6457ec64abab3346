// What is hidden stays hidden in every write method, and what raising a protection sets in motion.
#include <algorithm>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/record/random_id.h"
#include "services/common/testing/matchers.h"
#include "services/directory/domain/editing_fixture.h"

namespace schutznetz::directory {
namespace {

using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using storage::ChangeOperation;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ProtectionTest : public ::testing::Test {
 protected:
  v1::Organization Hidden() {
    v1::Organization hidden;
    hidden.set_display_name("Verborgene Musterzuflucht");
    hidden.set_land("lands/DE-NW");
    hidden.set_protection(common::v1::PROTECTED);
    return *editing_.Create(hidden);
  }

  std::vector<std::string> ChangesSince(size_t count, ChangeOperation operation) {
    std::vector<std::string> names;
    const auto changes = editing_.Changes();
    for (size_t i = count; i < changes.size(); ++i) {
      if (changes[i].record.operation == operation) names.push_back(changes[i].record.name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  Editing editing_;
};

// Everything a caller sees of an error, with the name replaced.
template <typename T>
std::string TextOf(const absl::StatusOr<T>& result, const std::string& name) {
  const absl::Status& status = result.status();
  std::string text =
      absl::StatusCodeToString(status.code()) + " " + errors::ReasonOf(status) + " " + std::string(status.message());
  for (const char* key : {"resource", "field", "etag", "children", "state"})
    text += " " + errors::MetadataOf(status, key);
  return absl::StrReplaceAll(text, {{name.c_str(), "NAME"}});
}

TEST_F(ProtectionTest, AHiddenRecordAnswersAsAMissingOneInEveryWriteMethod) {
  v1::Organization hidden = Hidden();
  v1::Organization missing = hidden;
  missing.set_name("organizations/" + record::NewRandomId());
  const access::Caller professional = access::Caller::Granted("p", {.roles = {access::Role::kProfessional}});
  const access::Caller elsewhere = Editing::EditorOf("lands/DE-BY");
  for (const access::Caller& caller : {access::Caller(), professional, elsewhere}) {
    for (bool with_etag : {true, false}) {
      if (!with_etag) hidden.clear_etag(), missing.clear_etag();
      EXPECT_EQ(TextOf(editing_.Update(hidden, {"display_name"}, caller), hidden.name()),
                TextOf(editing_.Update(missing, {"display_name"}, caller), missing.name()));
      EXPECT_EQ(TextOf(editing_.Delete(hidden, caller), hidden.name()),
                TextOf(editing_.Delete(missing, caller), missing.name()));
      EXPECT_EQ(TextOf(editing_.Undelete(hidden, caller), hidden.name()),
                TextOf(editing_.Undelete(missing, caller), missing.name()));
    }
    v1::Service service;
    service.set_display_name("Dienst");
    service.set_kind(v1::Service::SHELTER);
    service.set_land("lands/DE-BY");
    service.set_organization(hidden.name());
    const auto of_hidden = editing_.Create(service, "neuer-dienst", caller);
    service.set_organization(missing.name());
    EXPECT_EQ(TextOf(of_hidden, hidden.name()),
              TextOf(editing_.Create(service, "neuer-dienst", caller), missing.name()));
  }
  hidden = *editing_.Update(*editing_.Create(hidden), {});
  EXPECT_THAT(editing_.Delete(hidden, elsewhere), HasReason("RESOURCE_NOT_FOUND"));
}

TEST_F(ProtectionTest, ADeletedHiddenRecordIsUnknownToOthersToo) {
  const auto gone = editing_.Delete(Hidden());
  ASSERT_THAT(gone, IsOk());
  EXPECT_THAT(editing_.Undelete(*gone, Editing::EditorOf("lands/DE-BY")), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(editing_.Undelete(*gone, Editing::EditorOf("lands/DE-NW")), IsOk());
}

TEST_F(ProtectionTest, AProtectedRecordNeedsAnIdThatTellsNothing) {
  v1::Organization hidden = Hidden();
  const auto refused = editing_.Create(hidden, "mutige-maedchen-koeln");
  ASSERT_THAT(refused, HasReason("INVALID_FIELD"));
  EXPECT_EQ(errors::ViolationsOf(refused.status()).front().field, "resourceId");
  EXPECT_THAT(editing_.Create(hidden, record::NewRandomId()), IsOk());

  v1::Service below;  // hidden by its parent
  below.set_organization(hidden.name());
  below.set_display_name("Zuflucht");
  below.set_kind(v1::Service::SHELTER);
  EXPECT_THAT(editing_.Create(below, "zuflucht-koeln"), HasReason("INVALID_FIELD"));
}

TEST_F(ProtectionTest, RaisingAProtectionRedactsEverythingBelow) {
  v1::Organization organization = editing_.MadeOrganization();
  const v1::Service service = editing_.MadeService(organization);
  const v1::Location location = editing_.MadeLocation(organization);
  v1::ServiceAtLocation here;
  here.set_service(service.name());
  here.set_location(location.name());
  here = *editing_.Create(here, "dienst-im-haus");
  v1::Network network;
  network.set_display_name("Musternetz");
  network.add_participants(organization.name());
  network = *editing_.Create(network, "musternetz");
  const size_t before = editing_.Changes().size();

  organization.set_protection(common::v1::PROTECTED);
  const auto raised = editing_.Update(organization, {"protection"});
  ASSERT_THAT(raised, IsOk());
  EXPECT_THAT(ChangesSince(before, ChangeOperation::kRedacted),
              ElementsAre(location.name(), network.name(), organization.name(), here.name(), service.name()));
  for (const std::string& name : {organization.name(), service.name(), location.name(), here.name()}) {
    EXPECT_FALSE(editing_.ShownToAll(name).visible) << name;
  }

  v1::Organization lower = *raised;
  lower.clear_protection();
  EXPECT_THAT(editing_.Update(lower, {"protection"}, Editing::EditorOf("lands/DE-NW")),
              HasReason("SECOND_PERSON_NEEDED"));
  EXPECT_THAT(editing_.Update(lower, {"protection"}), HasReason("SECOND_PERSON_NEEDED"));
}

TEST_F(ProtectionTest, AWithheldAddressRedactsTheServiceThere) {
  const v1::Organization organization = editing_.MadeOrganization();
  v1::Location location = editing_.MadeLocation(organization);
  v1::ServiceAtLocation here;
  here.set_service(editing_.MadeService(organization).name());
  here.set_location(location.name());
  here = *editing_.Create(here, "dienst-im-haus");
  const size_t before = editing_.Changes().size();
  location.set_address_protection(common::v1::NETWORK);
  ASSERT_THAT(editing_.Update(location, {"address_protection"}), IsOk());
  EXPECT_THAT(ChangesSince(before, ChangeOperation::kRedacted), ElementsAre(location.name(), here.name()));

  v1::Location shown;
  ASSERT_TRUE(shown.ParseFromString(editing_.ShownToAll(location.name()).bytes));
  EXPECT_FALSE(shown.has_address());
  EXPECT_EQ(shown.kreis_key(), "05315");
  v1::ServiceAtLocation shown_here;
  ASSERT_TRUE(shown_here.ParseFromString(editing_.ShownToAll(here.name()).bytes));
  EXPECT_THAT(shown_here.location(), IsEmpty());
}

TEST_F(ProtectionTest, AHiddenFieldChangesNothingPublic) {
  v1::Organization organization = editing_.MadeOrganization();
  const record::Presented before = editing_.ShownToAll(organization.name());
  organization.set_internal_note("Rückruf vereinbart");
  const auto changed = editing_.Update(organization, {"internal_note"});
  ASSERT_THAT(changed, IsOk());
  EXPECT_NE(changed->etag(), organization.etag());
  EXPECT_EQ(editing_.ShownToAll(organization.name()).bytes, before.bytes);
}

TEST_F(ProtectionTest, NamingAHiddenRecordIsNoPublicChange) {
  v1::Network network;
  network.set_display_name("Musternetz");
  network = *editing_.Create(network, "musternetz");
  network.add_participants(Hidden().name());
  const auto changed = editing_.Update(network, {"participants"});
  ASSERT_THAT(changed, IsOk());
  v1::Network shown;
  ASSERT_TRUE(shown.ParseFromString(editing_.ShownToAll(network.name()).bytes));
  EXPECT_EQ(shown.update_time().nanos(), network.update_time().nanos());
}

TEST_F(ProtectionTest, RestrictedValuesAreNamedButNotShown) {
  v1::Service service = editing_.MadeService(editing_.MadeOrganization());
  service.add_professional_phones()->set_number("+493023125001");
  ASSERT_THAT(editing_.Update(service, {"professional_phones"}), IsOk());
  v1::Service shown;
  ASSERT_TRUE(shown.ParseFromString(editing_.ShownToAll(service.name()).bytes));
  EXPECT_THAT(shown.professional_phones(), IsEmpty());
  ASSERT_THAT(shown.withheld(), SizeIs(1));
  EXPECT_EQ(shown.withheld(0).field(), "professionalPhones");
}

TEST_F(ProtectionTest, AWithheldAddressCannotBeReadFromAnAreaCode) {
  v1::Location location = editing_.MadeLocation(editing_.MadeOrganization());
  location.set_address_protection(common::v1::PROTECTED);
  location.add_phones()->set_number("+4922037001");  // Köln-Porz: a part of the city
  const std::vector<std::string> mask = {"address_protection", "phones"};
  const auto refused = editing_.Update(location, mask);
  ASSERT_THAT(refused, HasReason("INVALID_FIELD"));
  EXPECT_EQ(errors::ViolationsOf(refused.status()).front().field, "resource.phones[0].number");
  location.mutable_phones(0)->set_protection(common::v1::PROTECTED);
  EXPECT_THAT(editing_.Update(location, mask), IsOk());
}

}  // namespace
}  // namespace schutznetz::directory
