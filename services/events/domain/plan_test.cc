// Measures, their versions, statistics and reports, on both engines.
#include <fstream>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "services/common/document/html.h"
#include "services/common/document/pdf.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/matchers.h"
#include "services/events/domain/berlin_dates.h"
#include "services/events/domain/planning_fixture.h"
#include "services/events/domain/report_document.h"

namespace schutznetz::events {
namespace {

using common::v1::Profession;
using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using schutznetz::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const access::Caller kEverybody;

class PlanTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  v1::Measure Shown(const access::Caller& caller, const std::string& name) {
    v1::Measure measure;
    EXPECT_THAT(planning_.Read([&](storage::ReadTransaction& tx) -> absl::StatusOr<bool> {
      const absl::Status got = planning_.measures.reads().Get(tx, caller, name, &measure);
      if (!got.ok()) return got;
      return true;
    }),
                IsOk());
    return measure;
  }

  absl::StatusOr<std::vector<v1::Measure>> Versions(const access::Caller& caller, const std::string& name) {
    return planning_.Read(
        [&](storage::ReadTransaction& tx) { return planning_.measures.Versions(tx, caller, name, 0, 100); });
  }

  // A published event that took place on this day, with people of one group.
  void Event(v1::Event::Type type, absl::CivilDay day, const std::string& land, int64_t people,
             common::v1::Visibility protection = common::v1::VISIBILITY_UNSPECIFIED) {
    v1::Event event = Arranging::Example();
    event.set_type(type);
    event.set_state(v1::Event::PUBLISHED);
    event.set_land(land);
    event.set_protection(protection);
    const int64_t start = absl::ToUnixSeconds(absl::FromCivil(day, Berlin())) + 9 * 3600;
    event.mutable_sessions(0)->mutable_start_time()->set_seconds(start);
    event.mutable_sessions(0)->mutable_end_time()->set_seconds(start + 3 * 3600);
    const auto made = planning_.arranging.Create(event);
    ASSERT_THAT(made, IsOk());
    planning_.attendance.groups[made->name().substr(7)] = {
        {Profession::YOUTH_WELFARE, land, v1::Event::ON_SITE, people - people / 3},
        {Profession::POLICE, land, v1::Event::ONLINE, people / 3}};
  }

  absl::StatusOr<v1::Statistics> Numbers(const access::Caller& caller, const std::string& land = "") {
    v1::GetStatisticsRequest request;
    request.set_start_date("2021-01-01");
    request.set_end_date("2021-12-31");
    request.set_land(land);
    return planning_.Read([&](storage::ReadTransaction& tx) {
      return planning_.statistics.Get(tx, caller, request, networks_, absl::Now());
    });
  }

  Planning planning_{GetParam()};
  std::vector<DirectoryNetwork> networks_;
};
INSTANTIATE_TEST_SUITE_P(Engines, PlanTest, schutznetz::testing::AllEngines(), schutznetz::testing::EngineName);

TEST_P(PlanTest, EachChangeOfAMeasureIsAVersion) {
  auto made = planning_.Create(Planning::ExampleMeasure("2.4"), "leitfaden");
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->version(), 1);
  made->set_status(v1::Measure::COMPLETED);
  const auto changed = planning_.Update(*made, {"status"});
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->version(), 2);
  const auto same = planning_.Update(*changed, {"status"});
  ASSERT_THAT(same, IsOk());
  EXPECT_EQ(same->version(), 2);
  EXPECT_THAT(planning_.Update(*made, {"status"}), HasReason("ETAG_MISMATCH"));
  const auto versions = Versions(kEverybody, "measures/leitfaden");
  ASSERT_THAT(versions, IsOk());
  ASSERT_THAT(*versions, SizeIs(2));
  EXPECT_EQ((*versions)[0].status(), v1::Measure::COMPLETED);
  EXPECT_EQ((*versions)[1].status(), v1::Measure::ONGOING);
}

TEST_P(PlanTest, NotesAreForThoseWhoEdit) {
  ASSERT_THAT(planning_.Create(Planning::ExampleMeasure("2.4"), "leitfaden"), IsOk());
  EXPECT_EQ(Shown(kEverybody, "measures/leitfaden").internal_note(), "");
  EXPECT_EQ(Shown(Planning::Staff(), "measures/leitfaden").internal_note(), "Haushalt offen");
  const auto versions = Versions(kEverybody, "measures/leitfaden");
  ASSERT_THAT(versions, IsOk());
  EXPECT_EQ((*versions)[0].internal_note(), "");
}

TEST_P(PlanTest, WhoDoesNotEditAllLaenderChangesNothingNationwide) {
  const access::Caller editor = Arranging::EditorOf("lands/DE-NW");
  EXPECT_THAT(planning_.Create(Planning::ExampleMeasure("1"), "", editor),
              StatusIs(absl::StatusCode::kPermissionDenied));
  v1::Measure measure = Planning::ExampleMeasure("1");
  measure.add_lands("lands/DE-NW");
  EXPECT_THAT(planning_.Create(measure, "", editor), IsOk());
}

TEST_P(PlanTest, WhatIsWrongWithAMeasureIsNamed) {
  v1::Measure measure = Planning::ExampleMeasure("1");
  measure.set_start_date("2027-05-01");
  measure.set_due_date("2027-04-30");
  for (const char* date : {"2027-05-02", "2027-05-01"}) measure.add_progress_notes()->set_date(date);
  const auto made = planning_.Create(measure);
  ASSERT_THAT(made, HasReason("INVALID_FIELD"));
  std::vector<std::string> fields;
  for (const auto& violation : errors::ViolationsOf(made.status())) fields.push_back(violation.field);
  EXPECT_THAT(fields, ::testing::ElementsAre("measure.dueDate", "measure.progressNotes[1].date"));
}

// The cooperation programme's report on 2021: 12 Länder, 8 networks, 20 workshops, 30 seminars, 1,800 people.
TEST_P(PlanTest, TheFiguresOf2021) {
  const std::vector<std::string> lands = {"BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH"};
  for (int i = 0; i < 50; ++i) {
    Event(i < 20 ? v1::Event::WORKSHOP : v1::Event::SEMINAR, absl::CivilDay(2021, 1 + i % 12, 1 + i % 28),
          "lands/DE-" + lands[static_cast<size_t>(i) % lands.size()], 36);
  }
  // What does not count: other years, cancelled, not public, not yet over.
  Event(v1::Event::WORKSHOP, absl::CivilDay(2020, 12, 31), "lands/DE-SL", 30);
  Event(v1::Event::SEMINAR, absl::CivilDay(2022, 1, 1), "lands/DE-SN", 30);
  Event(v1::Event::SEMINAR, absl::CivilDay(2021, 6, 1), "lands/DE-ST", 30, common::v1::NETWORK);
  for (int i = 0; i < 10; ++i) {
    const std::string n = std::to_string(i);
    networks_.push_back({"networks/n" + n,
                         "Kooperation " + n,
                         {"lands/DE-NW"},
                         i < 6 ? "2021-03-0" + std::to_string(i + 1) : "2019-01-01",
                         i == 6 || i == 7 ? std::vector<std::string>{"2021-10-01"} : std::vector<std::string>{}});
  }
  const auto numbers = Numbers(kEverybody);
  ASSERT_THAT(numbers, IsOk());
  EXPECT_THAT(numbers->lands_reached(), SizeIs(12));
  EXPECT_THAT(numbers->networks(), SizeIs(8));
  EXPECT_EQ(numbers->events(), 50);
  ASSERT_THAT(numbers->by_type(), SizeIs(2));
  EXPECT_EQ(numbers->by_type(0).type(), v1::Event::WORKSHOP);
  EXPECT_EQ(numbers->by_type(0).events(), 20);
  EXPECT_EQ(numbers->by_type(1).events(), 30);
  EXPECT_EQ(numbers->participants().text(), "1800");
  EXPECT_EQ(numbers->by_profession(Profession::POLICE - 1).participants().text(), "600");
  EXPECT_EQ(numbers->by_attendance(0).participants().text(), "1200");
  EXPECT_FALSE(numbers->exact());
  // Whoever edits all Länder counts the hidden event too.
  const auto exact = Numbers(Planning::Staff());
  ASSERT_THAT(exact, IsOk());
  EXPECT_EQ(exact->participants().text(), "1830");
  EXPECT_TRUE(exact->exact());
  // One Land.
  const auto berlin = Numbers(kEverybody, "lands/DE-BE");
  ASSERT_THAT(berlin, IsOk());
  EXPECT_THAT(berlin->lands_reached(), ::testing::ElementsAre("lands/DE-BE"));
  EXPECT_THAT(berlin->networks(), SizeIs(0));
}

TEST_P(PlanTest, TheSampleActionPlanIsAccepted) {
  std::ifstream file(std::string(SCHUTZNETZ_SOURCE_DIR) + "/deploy/sample/measures.ndjson");
  int count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    v1::Measure measure;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &measure).ok()) << line;
    const auto made = planning_.Create(measure, measure.name().substr(9));
    ASSERT_THAT(made, IsOk());
    EXPECT_EQ(made->name(), measure.name());
  }
  EXPECT_EQ(count, 30);
}

TEST_P(PlanTest, AMemberCountsWhatEverybodyCounts) {
  Event(v1::Event::WORKSHOP, absl::CivilDay(2021, 5, 1), "lands/DE-NW", 30, common::v1::NETWORK);
  const auto coordinator = Numbers(Arranging::CoordinatorOf("networks/koeln"));
  ASSERT_THAT(coordinator, IsOk());
  EXPECT_EQ(coordinator->events(), 0);
  const auto editor = Numbers(Arranging::EditorOf("lands/DE-NW"), "lands/DE-NW");
  ASSERT_THAT(editor, IsOk());
  EXPECT_EQ(editor->events(), 1);
}

TEST_P(PlanTest, AReportStaysAsItWasMade) {
  for (const char* number : {"2.10", "2.4"}) ASSERT_THAT(planning_.Create(Planning::ExampleMeasure(number)), IsOk());
  v1::Measure hidden = Planning::ExampleMeasure("9");
  hidden.set_display_name("Verdecktes");
  hidden.set_protection(common::v1::PROTECTED);
  ASSERT_THAT(planning_.Create(hidden), IsOk());
  Event(v1::Event::WORKSHOP, absl::CivilDay(2021, 5, 1), "lands/DE-NW", 30);
  networks_.push_back({"networks/n1", "Kooperation Köln", {"lands/DE-NW"}, "2021-02-01", {}});

  v1::CreateReportRequest request;
  request.set_report_id("bericht-2021");
  request.mutable_report()->set_display_name("Bericht 2021");
  request.mutable_report()->set_publisher("Musterstelle");
  request.mutable_report()->set_start_date("2021-01-01");
  request.mutable_report()->set_end_date("2021-12-31");
  const auto made = planning_.Write([&](storage::Transaction& tx) {
    return planning_.reports.Create(tx, {Planning::Staff(), ""}, request, networks_);
  });
  ASSERT_THAT(made, IsOk());
  v1::Report report;
  ASSERT_TRUE(report.ParseFromString(made->bytes));
  ASSERT_THAT(report.measures(), SizeIs(2));
  EXPECT_EQ(report.measures(0).number(), "2.4");
  EXPECT_EQ(report.measures(0).internal_note(), "");
  EXPECT_EQ(report.statistics().participants().text(), "30");
  ASSERT_THAT(report.events(), SizeIs(1));
  EXPECT_EQ(report.events(0).start_date(), "2021-05-01");

  const auto html = document::RenderHtml(ReportDocument(report));
  ASSERT_THAT(html, IsOk());
  for (const char* part : {"Bericht 2021", "2.10 Leitfaden", "Kooperation Köln", "1. Mai 2021", "1 Veranstaltungen"}) {
    EXPECT_THAT(*html, HasSubstr(part));
  }
  EXPECT_THAT(*html, Not(HasSubstr("Verdecktes")));
  const auto pdf = document::RenderPdf(ReportDocument(report));
  ASSERT_THAT(pdf, IsOk());
  EXPECT_TRUE(absl::StartsWith(*pdf, "%PDF-"));

  const access::Caller editor = Arranging::EditorOf("lands/DE-NW");
  request.set_report_id("");
  EXPECT_THAT(planning_.Write([&](storage::Transaction& tx) {
    return planning_.reports.Create(tx, {editor, ""}, request, networks_);
  }),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace schutznetz::events
