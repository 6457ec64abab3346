// Certificates and feedback, on both engines.
#include "services/events/domain/certificates.h"

#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/document/html.h"
#include "services/common/record/record_store.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/matchers.h"
#include "services/events/domain/certificate_code.h"
#include "services/events/domain/planning_fixture.h"

namespace schutznetz::events {
namespace {

using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kRegistration[] = "events/workshop/registrations/r1";
const access::Caller kHolder = access::Caller::Granted("members/holder", {});

class CertificatesTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  CertificatesTest() {
    event_ = Arranging::Example();
    event_.set_name("events/workshop");
    event_.mutable_start_time()->set_seconds(1'609'750'800);  // 2021-01-04
    event_.mutable_end_time()->set_seconds(1'609'761'600);
    event_.mutable_certificate()->set_attendance_percent(80);
    event_.mutable_certificate()->set_teaching_units(4);
  }

  absl::StatusOr<v1::Certificate> Issue(const std::string& holder = "Änne Muster", int percent = 100,
                                        bool attended = true, const access::Caller& caller = kHolder) {
    return planning_.Write([&](storage::Transaction& tx) {
      return planning_.certificates.Issue(tx, {caller, ""}, {event_, kRegistration, holder, attended, percent});
    });
  }
  absl::StatusOr<v1::Certificate> Get(const std::string& name, absl::Time now = absl::Now()) {
    return planning_.Read([&](storage::ReadTransaction& tx) { return planning_.certificates.Get(tx, name, now); });
  }
  absl::StatusOr<v1::Certificate> Revoke(const std::string& name, const access::Caller& caller) {
    v1::RevokeCertificateRequest request;
    request.set_name(name);
    request.set_revocation(v1::Certificate::ISSUED_IN_ERROR);
    return planning_.Write([&](storage::Transaction& tx) {
      return planning_.certificates.Revoke(tx, {caller, ""}, request);
    });
  }
  absl::StatusOr<document::Document> Render(const std::string& name, const std::string& holder) {
    v1::RenderCertificateRequest request;
    request.set_name(name);
    request.set_holder(holder);
    return planning_.Read([&](storage::ReadTransaction& tx) {
      return planning_.certificates.Render(tx, request, "https://example.org/zertifikat/", absl::Now());
    });
  }

  Planning planning_{GetParam()};
  v1::Event event_;
};
INSTANTIATE_TEST_SUITE_P(Engines, CertificatesTest, schutznetz::testing::AllEngines(), schutznetz::testing::EngineName);

TEST_P(CertificatesTest, OnlyProvenAttendanceEarnsOne) {
  EXPECT_THAT(Issue("A", 79), HasReason("WRONG_STATE"));
  EXPECT_THAT(Issue("A", 100, false), HasReason("WRONG_STATE"));
  event_.mutable_end_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) + 60);
  EXPECT_THAT(Issue("A"), HasReason("WRONG_STATE"));
  event_.mutable_end_time()->set_seconds(1'609'761'600);
  EXPECT_THAT(Issue("A", 80), IsOk());
  event_.clear_certificate();
  EXPECT_THAT(Issue("A"), HasReason("WRONG_STATE"));
}

TEST_P(CertificatesTest, AskingAgainGivesTheSameCodeAndEverybodyCanCheckIt) {
  const auto first = Issue();
  ASSERT_THAT(first, IsOk());
  const auto again = Issue();
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(first->name(), again->name());
  EXPECT_EQ(first->name().size(), std::string("certificates/7K2M-9QXW-4HTD-RV6N").size());
  const auto shown = Get(absl::AsciiStrToLower(absl::StrReplaceAll(first->name(), {{"-", ""}})));
  ASSERT_THAT(shown, IsOk());
  EXPECT_EQ(shown->state(), v1::Certificate::VALID);
  EXPECT_EQ(shown->start_date(), "2021-01-04");
  EXPECT_EQ(shown->teaching_units(), 4);
  std::string wrong = first->name();
  wrong.back() = wrong.back() == 'A' ? 'B' : 'A';
  EXPECT_THAT(Get(wrong), HasReason("RESOURCE_NOT_FOUND"));
  EXPECT_THAT(Get("certificates/0000"), HasReason("RESOURCE_NOT_FOUND"));
}

// Neither name nor code stand in anything that is stored or shown, before and after the registration is erased.
TEST_P(CertificatesTest, NothingThatIsKeptNamesTheHolder) {
  const auto issued = Issue();
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(issued->SerializeAsString(), Not(HasSubstr("nne Muster")));
  const std::string code = *ReadCode(issued->name());
  const record::RecordKey key = {kCertificateKind, IdOfCode(planning_.pepper, code)};
  const auto kept = [&] {
    const auto row = planning_.Read([&](storage::ReadTransaction& tx) { return record::Get(tx, key); });
    EXPECT_TRUE(row.ok() && row->has_value());
    return (*row)->body;
  };
  EXPECT_THAT(kept(), Not(HasSubstr("nne Muster")));
  EXPECT_THAT(kept(), Not(HasSubstr(code)));
  EXPECT_THAT(kept(), HasSubstr(kRegistration));
  ASSERT_THAT(planning_.Write([&](storage::Transaction& tx) -> absl::StatusOr<bool> {
    const absl::Status forgotten = planning_.certificates.OnErased(tx, kRegistration);
    if (!forgotten.ok()) return forgotten;
    return true;
  }),
              IsOk());
  EXPECT_THAT(kept(), Not(HasSubstr("registrations")));
  EXPECT_THAT(Get(issued->name()), IsOk());
  EXPECT_THAT(Render(issued->name(), "Änne Muster"), IsOk());
}

TEST_P(CertificatesTest, TheDocumentIsForWhoKnowsCodeAndName) {
  const auto issued = Issue();
  ASSERT_THAT(issued, IsOk());
  const auto document = Render(issued->name(), "  änne  MUSTER ");
  ASSERT_THAT(document, IsOk());
  const auto html = document::RenderHtml(*document);
  ASSERT_THAT(html, IsOk());
  EXPECT_THAT(*html, HasSubstr("Kinderhandel erkennen"));
  EXPECT_THAT(*html, HasSubstr(absl::StrCat("https://example.org/zertifikat/", *ReadCode(issued->name()))));
  EXPECT_THAT(Render(issued->name(), "Anne Muster"), HasReason("RESOURCE_NOT_FOUND"));
  v1::CheckCertificateHolderRequest request;
  request.set_name(issued->name());
  for (const auto& [holder, matches] : std::vector<std::pair<std::string, bool>>{{"Änne Muster", true}, {"A", false}}) {
    request.set_holder(holder);
    const auto checked = planning_.Read(
        [&](storage::ReadTransaction& tx) { return planning_.certificates.CheckHolder(tx, request, absl::Now()); });
    ASSERT_THAT(checked, IsOk());
    EXPECT_EQ(checked->holder_matches(), matches);
  }
}

TEST_P(CertificatesTest, ItIsTakenBackByThoseWhoArrangedTheEventOnly) {
  const auto issued = Issue();
  ASSERT_THAT(issued, IsOk());
  EXPECT_THAT(Revoke(issued->name(), kHolder), HasReason("ACCESS_DENIED"));
  EXPECT_THAT(Revoke(issued->name(), Arranging::EditorOf("lands/DE-BY")), HasReason("ACCESS_DENIED"));
  const auto revoked = Revoke(issued->name(), Arranging::CoordinatorOf("networks/koeln"));
  ASSERT_THAT(revoked, IsOk());
  EXPECT_EQ(revoked->name(), issued->name());
  const auto shown = Get(issued->name());
  ASSERT_THAT(shown, IsOk());
  EXPECT_EQ(shown->state(), v1::Certificate::REVOKED);
  EXPECT_EQ(shown->revocation(), v1::Certificate::ISSUED_IN_ERROR);
  EXPECT_THAT(Render(issued->name(), "Änne Muster"), HasReason("WRONG_STATE"));
  // The holder does not get another by asking again; those who arranged the event give one under a new code.
  EXPECT_THAT(Issue(), HasReason("WRONG_STATE"));
  const auto second = Issue("Änne Muster", 100, true, Arranging::EditorOf("lands/DE-NW"));
  ASSERT_THAT(second, IsOk());
  EXPECT_NE(second->name(), issued->name());
}

TEST_P(CertificatesTest, AnotherNameReplacesIt) {
  const auto first = Issue("Änne Mustr");
  ASSERT_THAT(first, IsOk());
  const auto second = Issue("Änne Muster");
  ASSERT_THAT(second, IsOk());
  EXPECT_NE(first->name(), second->name());
  const auto old = Get(first->name());
  ASSERT_THAT(old, IsOk());
  EXPECT_EQ(old->revocation(), v1::Certificate::REPLACED);
}

TEST_P(CertificatesTest, AfterItsTimeNothingIsKnownOfIt) {
  const auto issued = Issue();
  ASSERT_THAT(issued, IsOk());
  const absl::Time last = absl::Now() + absl::Hours(24 * 364 * kCertificateYears);
  EXPECT_THAT(Get(issued->name(), last), IsOk());
  EXPECT_THAT(Get(issued->name(), last + absl::Hours(24 * 30)), HasReason("RESOURCE_NOT_FOUND"));
}

TEST(CertificateCodeTest, CodesHaveNoLettersThatLookAlikeAndDoNotRepeat) {
  const auto pepper = personal::Pepper::FromText("a pepper of the tests, 32 bytes or more");
  ASSERT_THAT(pepper, IsOk());
  std::set<std::string> codes;
  for (int i = 0; i < 1000; ++i) {
    const CertificateCode code = CodeOf(*pepper, absl::StrCat("events/e/registrations/r", i), 0);
    EXPECT_EQ(code.code.find_first_of("01OI"), std::string::npos);
    EXPECT_EQ(ReadCode("certificates/" + code.code), code.code);
    codes.insert(code.code);
  }
  EXPECT_EQ(codes.size(), 1000U);
  for (const char* bad : {"certificates/", "certificates/7K2M-9QXW-4HTD-RV6", "certificates/7K2M-9QXW-4HTD-RV6NA",
                          "certificates/7K2M-9QXW-4HTD-RV6O", "events/7K2M-9QXW-4HTD-RV6N"}) {
    EXPECT_FALSE(ReadCode(bad).has_value()) << bad;
  }
}

class FeedbackTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  absl::StatusOr<bool> Give(int registration, int value) {
    v1::GiveFeedbackRequest request;
    request.set_registration(absl::StrCat("events/workshop/registrations/r", registration));
    v1::GiveFeedbackRequest::Answer& answer = *request.add_answers();
    answer.set_code(v1::FeedbackSummary::Question::CONTENT);
    answer.set_value(value);
    return planning_.Write([&](storage::Transaction& tx) -> absl::StatusOr<bool> {
      const absl::Status given = planning_.feedback.Give(tx, request);
      if (!given.ok()) return given;
      return true;
    });
  }
  v1::FeedbackSummary Summary() {
    const auto summary =
        planning_.Read([&](storage::ReadTransaction& tx) { return planning_.feedback.Get(tx, "events/workshop"); });
    EXPECT_THAT(summary, IsOk());
    return summary.ok() ? *summary : v1::FeedbackSummary();
  }

  Planning planning_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Engines, FeedbackTest, schutznetz::testing::AllEngines(), schutznetz::testing::EngineName);

TEST_P(FeedbackTest, AnswersShowFromFiveUpAndInFives) {
  for (int i = 1; i <= 4; ++i) ASSERT_THAT(Give(i, 5), IsOk());
  EXPECT_EQ(Summary().answers(), 0);
  EXPECT_EQ(Summary().questions_size(), 0);
  ASSERT_THAT(Give(5, 1), IsOk());
  const v1::FeedbackSummary five = Summary();
  EXPECT_EQ(five.answers(), 5);
  EXPECT_DOUBLE_EQ(five.questions(0).mean(), 4.2);
  for (int i = 6; i <= 9; ++i) ASSERT_THAT(Give(i, 1), IsOk());
  EXPECT_EQ(Summary().SerializeAsString(), five.SerializeAsString());
  ASSERT_THAT(Give(10, 1), IsOk());
  EXPECT_THAT(Summary().questions(0).counts(), ::testing::ElementsAre(6, 0, 0, 0, 4));
}

TEST_P(FeedbackTest, ARegistrationAnswersOnce) {
  ASSERT_THAT(Give(1, 5), IsOk());
  EXPECT_THAT(Give(1, 1), HasReason("RESOURCE_EXISTS"));
}

// What is stored: sums without times, and a digest that has no answer and no time.
TEST_P(FeedbackTest, NothingThatIsKeptLeadsFromAPersonToAnAnswer) {
  ASSERT_THAT(Give(1, 5), IsOk());
  for (const char* kind : {kFeedbackKind, kFeedbackGivenKind}) {
    int rows = 0;
    ASSERT_THAT(planning_.Read([&](storage::ReadTransaction& tx) {
      return record::Scan(tx, kind, "", 10, [&](const record::Record& row) {
        ++rows;
        EXPECT_EQ(row.create_us, 0);
        EXPECT_EQ(row.update_us, 0);
        EXPECT_THAT(row.body, Not(HasSubstr("registrations")));
        if (std::string(kind) == kFeedbackGivenKind) {
          EXPECT_EQ(row.body, "");
        }
        return absl::OkStatus();
      });
    }),
                IsOk());
    EXPECT_EQ(rows, 1);
  }
}

}  // namespace
}  // namespace schutznetz::events
