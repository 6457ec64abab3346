// Certificates of people who were at an event: earned, had again, checked, taken back, forgotten.
#include <string>

#include "services/events/attended_server_fixture.h"

namespace schutznetz::events {
namespace {

using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using v1::EventsService;
using v1::Registration;

class CertificatesServerTest : public AttendedServerTest {
 protected:
  absl::StatusOr<v1::Certificate> Issue(const Registration& registration, const std::string& token,
                                        const access::Caller& caller = kEverybody) {
    v1::IssueCertificateRequest request;
    request.set_registration(registration.name());
    request.set_manage_token(token);
    return Call(&EventsService::Stub::IssueCertificate, request, caller);
  }
  absl::StatusOr<v1::Certificate> Check(const std::string& name) {
    v1::GetCertificateRequest request;
    request.set_name(name);
    return Call(&EventsService::Stub::GetCertificate, request, kEverybody);
  }
  absl::StatusOr<common::v1::HttpBody> Render(const std::string& name, const std::string& holder,
                                              v1::RenderCertificateRequest::Format format) {
    v1::RenderCertificateRequest request;
    request.set_name(name);
    request.set_holder(holder);
    request.set_format(format);
    return Call(&EventsService::Stub::RenderCertificate, request, kEverybody);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, CertificatesServerTest, testing::AllEngines(), testing::EngineName);

TEST_P(CertificatesServerTest, WhoWasThereGetsOneByTheLinkOfTheMailAndEverybodyCanCheckIt) {
  const v1::Event event = PastEvent();
  const Registration anna = Added(event.name(), "Änne Muster");
  const std::string token = TokenOf(anna);
  EXPECT_THAT(Issue(anna, token), HasReason("WRONG_STATE")) << "nobody was checked in";
  ASSERT_THAT(CheckIn(anna, "tag-1"), IsOk());
  EXPECT_THAT(Issue(anna, token), HasReason("WRONG_STATE")) << "half of it is not enough";
  ASSERT_THAT(CheckIn(anna, "tag-2"), IsOk());
  EXPECT_THAT(Issue(anna, ""), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Issue(anna, token + "0"), HasReason("RESOURCE_NOT_FOUND"));
  const auto issued = Issue(anna, token);
  ASSERT_THAT(issued, IsOk());
  EXPECT_EQ(Issue(anna, "", testing::Staff())->name(), issued->name()) << "those who arrange it have the same";

  const auto checked = Check(issued->name());
  ASSERT_THAT(checked, IsOk());
  EXPECT_EQ(checked->state(), v1::Certificate::VALID);
  EXPECT_THAT(checked->DebugString(), Not(HasSubstr("Muster")));
  const auto pdf = Render(issued->name(), "Änne Muster", v1::RenderCertificateRequest::PDF);
  ASSERT_THAT(pdf, IsOk());
  EXPECT_EQ(pdf->content_type(), "application/pdf");
  EXPECT_THAT(pdf->data(), StartsWith("%PDF-1."));
  const auto html = Render(issued->name(), "Änne Muster", v1::RenderCertificateRequest::HTML);
  ASSERT_THAT(html, IsOk());
  EXPECT_THAT(html->data(), HasSubstr("http://localhost:8080/v1/" + issued->name()));
  EXPECT_THAT(Render(issued->name(), "Anna Muster", v1::RenderCertificateRequest::PDF),
              HasReason("RESOURCE_NOT_FOUND"));
  const std::string lines = AuditLines();
  EXPECT_THAT(lines, HasSubstr("certificates/" + issued->number()));
  EXPECT_THAT(lines, Not(HasSubstr(issued->name()))) << "the code is not in the audit log";
}

TEST_P(CertificatesServerTest, ACheckInTakenBackTakesTheCertificateBack) {
  const v1::Event event = PastEvent();
  const Registration anna = Added(event.name(), "Änne Muster");
  ASSERT_THAT(CheckIn(anna, "tag-1"), IsOk());
  ASSERT_THAT(CheckIn(anna, "tag-2"), IsOk());
  const auto issued = Issue(anna, TokenOf(anna));
  ASSERT_THAT(issued, IsOk());
  ASSERT_THAT(CheckIn(anna, "tag-2", /*undo=*/true), IsOk());
  const auto checked = Check(issued->name());
  ASSERT_THAT(checked, IsOk());
  EXPECT_EQ(checked->state(), v1::Certificate::REVOKED);
  EXPECT_EQ(checked->revocation(), v1::Certificate::ATTENDANCE_CORRECTED);
  EXPECT_THAT(Issue(anna, TokenOf(anna)), HasReason("WRONG_STATE"));
  ASSERT_THAT(CheckIn(anna, "tag-2"), IsOk());
  EXPECT_THAT(Issue(anna, TokenOf(anna)), HasReason("WRONG_STATE")) << "only those who arranged it give another";
  const auto another = Issue(anna, "", testing::Staff());
  ASSERT_THAT(another, IsOk());
  EXPECT_NE(another->name(), issued->name());
}

TEST_P(CertificatesServerTest, AfterAnErasureItCanBeCheckedAndNothingLeadsBack) {
  const v1::Event event = PastEvent();
  const Registration anna = Added(event.name(), "Änne Muster");
  ASSERT_THAT(CheckIn(anna, "tag-1"), IsOk());
  ASSERT_THAT(CheckIn(anna, "tag-2"), IsOk());
  const auto issued = Issue(anna, TokenOf(anna));
  ASSERT_THAT(issued, IsOk());
  v1::ListCertificatesRequest list;
  list.set_parent(event.name());
  EXPECT_THAT(Call(&EventsService::Stub::ListCertificates, list, Arranging::EditorOf("lands/DE-BB")),
              HasReason("ACCESS_DENIED"));
  const auto listed = Call(&EventsService::Stub::ListCertificates, list);
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->certificates_size(), 1);
  EXPECT_EQ(listed->certificates(0).registration(), anna.name());
  EXPECT_EQ(listed->certificates(0).certificate().name(), issued->name());

  v1::EraseRegistrationsRequest erase;
  erase.set_email("person-0@example.org");
  ASSERT_THAT(Call(&EventsService::Stub::EraseRegistrations, erase), IsOk());
  EXPECT_EQ(Check(issued->name())->state(), v1::Certificate::VALID);
  EXPECT_THAT(Render(issued->name(), "Änne Muster", v1::RenderCertificateRequest::PDF), IsOk());
  EXPECT_EQ(Call(&EventsService::Stub::ListCertificates, list)->certificates_size(), 0);
  EXPECT_THAT(Issue(anna, TokenOf(anna)), HasReason("RESOURCE_NOT_FOUND"));
}

TEST_P(CertificatesServerTest, MembersListTheirOwn) {
  v1::Event course = Arranging::Example();
  course.set_state(v1::Event::PUBLISHED);
  course.set_type(v1::Event::COURSE);
  course.set_self_paced(true);
  course.clear_sessions();
  course.mutable_certificate()->set_attendance_percent(100);
  const auto made = Create(course);
  ASSERT_THAT(made, IsOk());
  const access::Caller anna = access::Caller::Granted("members/anna", {.roles = {access::Role::kProfessional}},
                                                      {.id = "anna", .rights_version = 1});
  v1::CreateRegistrationRequest request;
  request.set_parent(made->name());
  request.mutable_registration()->set_display_name("Anna Muster");
  request.mutable_registration()->set_email("anna@example.org");
  request.mutable_registration()->set_profession(common::v1::Profession::POLICE);
  const auto registered = Call(&EventsService::Stub::CreateRegistration, request, anna);
  ASSERT_THAT(registered, IsOk());
  ASSERT_THAT(CheckIn(*registered, ""), IsOk());
  const v1::ListMyCertificatesRequest list;
  EXPECT_EQ(Call(&EventsService::Stub::ListMyCertificates, list, anna)->certificates_size(), 0);
  const auto issued = Issue(*registered, "", anna);
  ASSERT_THAT(issued, IsOk());
  const auto own = Call(&EventsService::Stub::ListMyCertificates, list, anna);
  ASSERT_THAT(own, IsOk());
  ASSERT_EQ(own->certificates_size(), 1);
  EXPECT_EQ(own->certificates(0).certificate().name(), issued->name());
  EXPECT_EQ(Call(&EventsService::Stub::ListMyCertificates, list, testing::Staff())->certificates_size(), 0);
}

}  // namespace
}  // namespace schutznetz::events
