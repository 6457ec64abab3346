// Editing over both transports: no lost update, one effect per retry, errors a person can act on.
#include <thread>

#include "gmock/gmock.h"
#include "services/common/testing/matchers.h"
#include "tests/e2e/shared_installation.h"

namespace schutznetz::e2e {
namespace {

using namespace directory::v1;  // NOLINT: requests and resources of one contract
using ::testing::HasSubstr;

class EditingTest : public EveryWay {
 protected:
  Organization NewOrganization(const std::string& request_id = "") {
    CreateOrganizationRequest request;
    request.mutable_organization()->set_display_name("Musterstelle Neu");
    request.mutable_organization()->set_land("lands/DE-BY");
    request.set_request_id(request_id);
    auto made = MakeCaller(kStaff)->Do<Organization>("CreateOrganization", request);
    EXPECT_THAT(made, testing::IsOk());
    return made.ok() ? *made : Organization();
  }

  UpdateOrganizationRequest Rename(const Organization& organization, const std::string& name) {
    UpdateOrganizationRequest request;
    request.mutable_organization()->set_name(organization.name());
    request.mutable_organization()->set_etag(organization.etag());
    request.mutable_organization()->set_display_name(name);
    request.mutable_update_mask()->add_paths("display_name");
    return request;
  }

  std::string RequestId(const char* stem) {
    static int count = 0;
    return std::string(stem) + "-" + std::to_string(++count) + "-" + std::to_string(getpid());
  }
};

TEST_P(EditingTest, OfTwoEditorsWithOneEtagTheSecondIsRefused) {
  const Organization organization = NewOrganization();
  auto editor = MakeCaller(kStaff);
  ASSERT_THAT(editor->Do<Organization>("UpdateOrganization", Rename(organization, "Erste")), testing::IsOk());
  const auto second = editor->Do<Organization>("UpdateOrganization", Rename(organization, "Zweite"));
  EXPECT_THAT(second, testing::HasReason("ETAG_MISMATCH"));
  EXPECT_EQ(second.status().code(), absl::StatusCode::kAborted);
}

TEST_P(EditingTest, AnUpdateWithoutEtagIsRefused) {
  Organization organization = NewOrganization();
  organization.clear_etag();
  EXPECT_THAT(MakeCaller(kStaff)->Do<Organization>("UpdateOrganization", Rename(organization, "Ohne")),
              testing::HasReason("ETAG_MISSING"));
}

TEST_P(EditingTest, ARetryWithTheSameRequestIdHasOneEffect) {
  const std::string id = RequestId("retry");
  const Organization first = NewOrganization(id);
  const Organization second = NewOrganization(id);
  EXPECT_EQ(first.name(), second.name());
  EXPECT_EQ(first.etag(), second.etag());
}

TEST_P(EditingTest, ARequestIdUsedForAnotherRequestIsRefused) {
  const std::string id = RequestId("reused");
  NewOrganization(id);
  CreateOrganizationRequest other;
  other.mutable_organization()->set_display_name("Etwas anderes");
  other.set_request_id(id);
  EXPECT_THAT(MakeCaller(kStaff)->Do<Organization>("CreateOrganization", other),
              testing::HasReason("REQUEST_ID_REUSED"));
}

TEST_P(EditingTest, AWriterReadsItsOwnWrite) {
  auto caller = MakeCaller(kStaff);
  for (int i = 0; i < 20; ++i) {
    const Organization made = NewOrganization();
    GetOrganizationRequest get;
    get.set_name(made.name());
    ASSERT_THAT(caller->Do<Organization>("GetOrganization", get), testing::IsOk());
  }
}

TEST_P(EditingTest, AllViolationsAreNamedAtOnce) {
  CreateServiceRequest request;
  request.mutable_service()->set_email("keine adresse");
  request.mutable_service()->add_phones()->set_number("12ab");
  request.mutable_service()->set_maximum_age(200);
  const auto refused = MakeCaller(kStaff)->Do<Service>("CreateService", request);
  ASSERT_THAT(refused, testing::HasReason("INVALID_FIELD"));
  const std::string text = refused.status().ToString();
  for (const char* field : {"organization", "displayName", "kind", "email", "number", "maximumAge"}) {
    EXPECT_THAT(text, HasSubstr(field));
  }
}

TEST_P(EditingTest, WithoutATokenNothingIsWritten) {
  CreateOrganizationRequest request;
  request.mutable_organization()->set_display_name("Unbefugt");
  EXPECT_THAT(MakeCaller()->Do<Organization>("CreateOrganization", request),
              testing::HasReason("CREDENTIALS_REQUIRED"));
}

TEST_P(EditingTest, ADeletedRecordIsGoneAndCanBeTakenBack) {
  const Organization made = NewOrganization();
  auto editor = MakeCaller(kStaff);
  DeleteOrganizationRequest remove;
  remove.set_name(made.name());
  remove.set_etag(made.etag());
  auto removed = editor->Do<Organization>("DeleteOrganization", remove);
  ASSERT_THAT(removed, testing::IsOk());
  EXPECT_TRUE(removed->has_delete_time());
  GetOrganizationRequest get;
  get.set_name(made.name());
  EXPECT_THAT(MakeCaller()->Do<Organization>("GetOrganization", get), testing::HasReason("RESOURCE_NOT_FOUND"));
  UndeleteOrganizationRequest back;
  back.set_name(made.name());
  back.set_etag(removed->etag());
  EXPECT_THAT(editor->Do<Organization>("UndeleteOrganization", back), testing::IsOk());
  EXPECT_THAT(MakeCaller()->Do<Organization>("GetOrganization", get), testing::IsOk());
}

TEST_P(EditingTest, PagesCoverEverythingOnceWhileOthersWrite) {
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) NewOrganization();
  });
  auto reader = MakeCaller();
  ListOrganizationsRequest request;
  request.set_page_size(37);
  std::vector<std::string> seen;
  for (;;) {
    auto page = reader->Do<ListOrganizationsResponse>("ListOrganizations", request);
    ASSERT_THAT(page, testing::IsOk());
    for (const Organization& organization : page->organizations()) seen.push_back(organization.name());
    if (page->next_page_token().empty()) break;
    request.set_page_token(page->next_page_token());
  }
  stop = true;
  writer.join();
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end());
  EXPECT_TRUE(std::binary_search(seen.begin(), seen.end(), "organizations/jugendamt-muenster"));
}

TEST_P(EditingTest, APageTokenOfAnotherQueryIsRefused) {
  auto reader = MakeCaller();
  ListOrganizationsRequest request;
  request.set_page_size(3);
  auto page = reader->Do<ListOrganizationsResponse>("ListOrganizations", request);
  ASSERT_THAT(page, testing::IsOk());
  request.set_page_token(page->next_page_token());
  request.set_land("lands/DE-BY");
  EXPECT_THAT(reader->Do<ListOrganizationsResponse>("ListOrganizations", request),
              testing::HasReason("PAGE_TOKEN_INVALID"));
}

INSTANTIATE_TEST_SUITE_P(Ways, EditingTest, AllWays(), WayName);

}  // namespace
}  // namespace schutznetz::e2e
