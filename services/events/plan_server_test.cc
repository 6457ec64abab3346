// Feedback, statistics and reports over gRPC.
#include <string>

#include "services/events/attended_server_fixture.h"

namespace schutznetz::events {
namespace {

using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using schutznetz::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using v1::EventsService;
using v1::Registration;

class PlanServerTest : public AttendedServerTest {
 protected:
  absl::StatusOr<v1::GiveFeedbackResponse> Give(const Registration& registration, int value, const std::string& token,
                                                const access::Caller& caller = kEverybody) {
    v1::GiveFeedbackRequest request;
    request.set_registration(registration.name());
    request.set_manage_token(token);
    v1::GiveFeedbackRequest::Answer& answer = *request.add_answers();
    answer.set_code(v1::FeedbackSummary::Question::CONTENT);
    answer.set_value(value);
    return Call(&EventsService::Stub::GiveFeedback, request, caller);
  }
  absl::StatusOr<v1::FeedbackSummary> Summary(const std::string& event) {
    v1::GetFeedbackSummaryRequest request;
    request.set_parent(event);
    return Call(&EventsService::Stub::GetFeedbackSummary, request, kEverybody);
  }
  absl::StatusOr<v1::Statistics> Numbers(const access::Caller& caller) {
    v1::GetStatisticsRequest request;
    request.set_start_date("2026-01-01");
    request.set_end_date("2035-12-31");
    return Call(&EventsService::Stub::GetStatistics, request, caller);
  }
  static v1::CreateReportRequest ReportRequest() {
    v1::CreateReportRequest create;
    create.set_report_id("bericht");
    create.mutable_report()->set_display_name("Umsetzungsbericht");
    create.mutable_report()->set_publisher("Musterstelle");
    create.mutable_report()->set_start_date("2026-01-01");
    create.mutable_report()->set_end_date("2035-12-31");
    return create;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, PlanServerTest, testing::AllEngines(), testing::EngineName);

TEST_P(PlanServerTest, WhoWasThereAnswersOnceAndFiveAnswersShow) {
  const v1::Event event = PastEvent();
  for (int i = 1; i <= 5; ++i) {
    const Registration person = Added(event.name(), "Person " + std::to_string(i), i);
    const std::string token = TokenOf(person);
    EXPECT_THAT(Give(person, 5, token), HasReason("WRONG_STATE")) << "not there yet";
    ASSERT_THAT(CheckIn(person, "tag-1"), IsOk());
    EXPECT_THAT(Give(person, 5, "", testing::Staff()), HasReason("RESOURCE_NOT_FOUND")) << "nobody answers for others";
    EXPECT_EQ(Summary(event.name())->answers(), 0);
    EXPECT_THAT(Give(person, 6, token), HasReason("INVALID_FIELD"));
    EXPECT_THAT(Give(person, i, token), IsOk());
    EXPECT_THAT(Give(person, 5, token), HasReason("RESOURCE_EXISTS"));
  }
  const auto summary = Summary(event.name());
  ASSERT_THAT(summary, IsOk());
  EXPECT_EQ(summary->answers(), 5);
  ASSERT_THAT(summary->questions(), SizeIs(1));
  EXPECT_DOUBLE_EQ(summary->questions(0).mean(), 3.0);
  EXPECT_THAT(Summary("events/gibt-es-nicht"), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(AuditLines(), Not(HasSubstr("GiveFeedback"))) << "when somebody answered would lead to the answer";
}

TEST_P(PlanServerTest, SmallNumbersAreToldToEditorsAndThatIsWrittenDown) {
  const v1::Event event = PastEvent();
  for (int i = 1; i <= 4; ++i) {
    ASSERT_THAT(CheckIn(Added(event.name(), "Person", i), "tag-1"), IsOk());
  }
  networks_.Set({{"networks/koeln", "Köln", {"lands/DE-NW"}, "2019-01-01", {"2026-05-01"}}});
  const auto numbers = Numbers(kEverybody);
  ASSERT_THAT(numbers, IsOk());
  EXPECT_EQ(numbers->events(), 1);
  EXPECT_EQ(numbers->participants().text(), "<5");
  EXPECT_EQ(numbers->participants().count(), 0);
  ASSERT_THAT(numbers->networks(), SizeIs(1));
  EXPECT_FALSE(numbers->networks(0).founded());
  EXPECT_THAT(AuditLines(), Not(HasSubstr("GetStatistics")));
  const auto exact = Numbers(testing::Staff());
  ASSERT_THAT(exact, IsOk());
  EXPECT_EQ(exact->participants().text(), "4");
  EXPECT_THAT(AuditLines(), HasSubstr("GetStatistics"));

  // An erasure takes the person, not the number.
  v1::EraseRegistrationsRequest erase;
  erase.set_email("person-1@example.org");
  ASSERT_THAT(Call(&EventsService::Stub::EraseRegistrations, erase), IsOk());
  EXPECT_EQ(Numbers(testing::Staff())->participants().text(), "4");
  networks_.away = true;
  EXPECT_THAT(Numbers(kEverybody), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_P(PlanServerTest, AReportIsMadeAndReadInThreeForms) {
  PastEvent();
  networks_.Set({{"networks/koeln", "Kooperation Köln", {"lands/DE-NW"}, "2026-05-01", {}}});
  const v1::CreateReportRequest create = ReportRequest();
  EXPECT_THAT(Call(&EventsService::Stub::CreateReport, create, kEverybody), HasReason("CREDENTIALS_REQUIRED"));
  const auto made = Call(&EventsService::Stub::CreateReport, create);
  ASSERT_THAT(made, IsOk());
  ASSERT_THAT(made->events(), SizeIs(1));
  ASSERT_THAT(made->statistics().networks(), SizeIs(1));

  v1::GetReportRequest get;
  get.set_name("reports/bericht");
  const auto read = Call(&EventsService::Stub::GetReport, get, kEverybody);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->statistics().SerializeAsString(), made->statistics().SerializeAsString());
  v1::RenderReportRequest render;
  render.set_name("reports/bericht");
  const auto pdf = Call(&EventsService::Stub::RenderReport, render, kEverybody);
  ASSERT_THAT(pdf, IsOk());
  EXPECT_EQ(pdf->content_type(), "application/pdf");
  EXPECT_THAT(pdf->data(), StartsWith("%PDF-1."));
  render.set_format(v1::RenderReportRequest::HTML);
  const auto html = Call(&EventsService::Stub::RenderReport, render, kEverybody);
  ASSERT_THAT(html, IsOk());
  EXPECT_THAT(html->data(), HasSubstr("Kooperation Köln"));
  const auto listed = Call(&EventsService::Stub::ListReports, v1::ListReportsRequest(), kEverybody);
  ASSERT_THAT(listed, IsOk());
  ASSERT_THAT(listed->reports(), SizeIs(1));
  EXPECT_THAT(listed->reports(0).events(), IsEmpty());

  v1::DeleteReportRequest remove;
  remove.set_name("reports/bericht");
  remove.set_etag(made->etag());
  ASSERT_THAT(Call(&EventsService::Stub::DeleteReport, remove), IsOk());
  EXPECT_THAT(Call(&EventsService::Stub::GetReport, get, kEverybody), HasReason("RESOURCE_NOT_FOUND"));
}

}  // namespace
}  // namespace schutznetz::events
