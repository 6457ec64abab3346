#include "services/directory/view/ladder.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/directory/view/ladder_test_kit.h"

namespace schutznetz::directory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using v1::Exploitation;
using v1::Reachability;
using v1::ReachServicesResponse;
using v1::ReachStep;

constexpr char kSundayNight[] = "2026-11-22 02:00";
constexpr char kMondayMorning[] = "2026-11-23 10:00";

// The offices and help lines a town like Münster has.
void AddMuenster(LadderKit& kit) {
  kit.Add("hotline", Competent("HOTLINE", {"00"}), {kAlways});
  kit.Add("lka", Competent("POLICE", {"05"}), {kAlways}, "05");
  kit.Add("beratung", Competent("COUNSELLING", {"05515", "05558"}), {kOffice}, "05515");
  kit.Add("polizei", Competent("POLICE", {"05515"}), {kAlways}, "05515");
  kit.Add("jugendamt", Competent("YOUTH_OFFICE", {"05515"}), {kOffice, kNights, kWeekendDays}, "05515");
}

TEST(LadderTest, TwoInTheNightInMuenster) {
  LadderKit kit;
  AddMuenster(kit);
  kit.AskPostcode("48143", kSundayNight);
  const ReachServicesResponse ladder = kit.Build(Exploitation::SEXUAL_EXPLOITATION);
  ASSERT_THAT(NamesOf(ladder.steps()), ElementsAre("jugendamt", "polizei", "lka", "hotline", "110"));
  ASSERT_THAT(NamesOf(ladder.later()), ElementsAre("beratung"));

  const ReachStep& first = ladder.steps(0);
  EXPECT_EQ(first.rank(), 1);
  EXPECT_EQ(first.reason(), ReachStep::COMPETENT_KREIS);
  EXPECT_EQ(first.reason_text(), "Zuständig für Münster.");
  EXPECT_EQ(first.matched_key(), "05515");
  EXPECT_EQ(first.area().key(), "05515");
  EXPECT_EQ(first.area().land(), "lands/DE-NW");
  EXPECT_EQ(first.if_unanswered(), ReachStep::NEXT_STEP);
  EXPECT_EQ(first.reachability().state(), Reachability::REACHABLE);
  EXPECT_TRUE(first.reachability().on_call());
  // On duty through the weekend and the week after: the office opens where the night's duty ends.
  EXPECT_FALSE(first.reachability().has_until());
  ASSERT_EQ(first.phones_size(), 1);
  EXPECT_EQ(first.organization_display_name(), "Musterstelle");

  EXPECT_EQ(ladder.steps(2).reason_text(), "Zuständig für Land Nordrhein-Westfalen.");
  EXPECT_EQ(ladder.steps(3).reason_text(), "Bundesweit zuständig.");
  EXPECT_EQ(ladder.steps(3).if_unanswered(), ReachStep::CALL_110);
  EXPECT_EQ(ladder.later(0).reachability().state(), Reachability::CLOSED);
  EXPECT_EQ(TimeOf(ladder.later(0).reachability().next()), kit.At("2026-11-23 08:00"));
  EXPECT_EQ(TimeOf(ladder.at()), kit.At(kSundayNight));
  EXPECT_EQ(TimeOf(ladder.valid_until()), kit.At("2026-11-23 00:00"));  // Nobody opens or closes before.
  EXPECT_TRUE(ladder.approximate());
}

TEST(LadderTest, TheLastStepIsAlwaysTheEmergencyCall) {
  LadderKit kit;
  kit.AskKey("05515", kSundayNight);
  const ReachServicesResponse ladder = kit.Build();
  ASSERT_THAT(NamesOf(ladder.steps()), ElementsAre("110"));
  const ReachStep& step = ladder.steps(0);
  EXPECT_EQ(step.phones(0).number(), "110");
  EXPECT_EQ(step.reason(), ReachStep::EMERGENCY_CALL);
  EXPECT_EQ(step.if_unanswered(), ReachStep::STAY_ON_LINE);
  EXPECT_EQ(step.reachability().state(), Reachability::REACHABLE);
  EXPECT_EQ(step.service(), "");
  EXPECT_EQ(step.area().key(), "05515");
  EXPECT_EQ(TimeOf(ladder.valid_until()), kit.At("2026-11-23 00:00"));
  EXPECT_THAT(
      NamesOf(BuildLadder({}, {},
                          {Exploitation::FORM_UNSPECIFIED, std::nullopt, TheCalendar().At(kit.At(kSundayNight))},
                          TheCalendar())
                  .steps()),
      ElementsAre("110"));
}

TEST(LadderTest, SundayHasTheWeekendsDutyAndMondayTheOffice) {
  LadderKit kit;
  AddMuenster(kit);
  kit.AskPostcode("48143", "2026-11-22 12:00");
  EXPECT_TRUE(kit.Build().steps(0).reachability().on_call());
  kit.AskPostcode("48143", kMondayMorning);
  const ReachServicesResponse monday = kit.Build();
  EXPECT_THAT(NamesOf(monday.steps()), ElementsAre("jugendamt", "polizei", "beratung", "lka", "hotline", "110"));
  EXPECT_FALSE(monday.steps(0).reachability().on_call());
  EXPECT_THAT(monday.later(), IsEmpty());
  EXPECT_EQ(TimeOf(monday.valid_until()), kit.At("2026-11-23 16:00"));
  EXPECT_EQ(TimeOf(monday.steps(2).reachability().until()), kit.At("2026-11-23 16:00"));
}

TEST(LadderTest, AHolidayOfTheMunicipalityClosesItsOffices) {
  LadderKit kit;
  kit.Add("jugendamt", Competent("YOUTH_OFFICE", {"09761"}), {kOffice}, "09761");
  kit.Add("land", Competent("COUNSELLING", {"09"}), {kOffice}, "09162");
  kit.AskKey("09761", "2025-08-08 10:00");  // A Friday, Friedensfest in Augsburg only.
  const ReachServicesResponse ladder = kit.Build();
  EXPECT_THAT(NamesOf(ladder.steps()), ElementsAre("land", "110"));
  ASSERT_THAT(NamesOf(ladder.later()), ElementsAre("jugendamt"));
  EXPECT_EQ(TimeOf(ladder.later(0).reachability().next()), kit.At("2025-08-11 08:00"));
  kit.AskKey("09761", "2025-08-07 10:00");
  EXPECT_THAT(NamesOf(kit.Build().steps()), ElementsAre("jugendamt", "land", "110"));
}

TEST(LadderTest, AnAmbiguousPlaceNamesItsAreasAndEachStepItsOwn) {
  LadderKit kit;
  kit.Add("neukoelln", Competent("YOUTH_OFFICE", {"11000000-08"}), {kAlways});
  kit.Add("brandenburg", Competent("YOUTH_OFFICE", {"12051"}), {kAlways});
  kit.Add("polizei-be", Competent("POLICE", {"11"}), {kAlways});
  kit.Add("polizei-bb", Competent("POLICE", {"12"}), {kAlways});
  kit.Add("bund", Competent("HOTLINE", {"00"}), {kAlways});
  kit.Ask(kit.places().Resolve("12051"), kit.At(kSundayNight));
  const ReachServicesResponse ladder = kit.Build();
  ASSERT_EQ(ladder.areas_size(), 2);
  EXPECT_EQ(ladder.areas(0).key(), "11000000-08");
  EXPECT_EQ(ladder.areas(1).key(), "12051");
  ASSERT_THAT(NamesOf(ladder.steps()),
              ElementsAre("neukoelln", "brandenburg", "polizei-be", "polizei-bb", "bund", "110"));
  EXPECT_EQ(ladder.steps(0).area().display_name(), "Neukölln");
  EXPECT_EQ(ladder.steps(0).reason(), ReachStep::COMPETENT_DISTRICT);
  EXPECT_EQ(ladder.steps(0).reason_text(), "Zuständig für Bezirk Neukölln.");
  EXPECT_EQ(ladder.steps(1).area().key(), "12051");
  EXPECT_EQ(ladder.steps(2).area().key(), "11000000-08");
  EXPECT_EQ(ladder.steps(3).area().key(), "12051");
}

TEST(LadderTest, OnlyYesCountsForMinors) {
  for (const char* answer : {"", "advises_minors: NO", "advises_minors: UNKNOWN"}) {
    LadderKit kit;
    kit.Add("stelle", Competent("COUNSELLING", {"05515"}, answer), {kAlways});
    kit.AskKey("05515", kSundayNight);
    EXPECT_THAT(NamesOf(kit.Build().steps()), ElementsAre("110")) << answer;
    EXPECT_THAT(NamesOf(kit.Build(Exploitation::FORM_UNSPECIFIED, 17).steps()), ElementsAre("110")) << answer;
    EXPECT_THAT(NamesOf(kit.Build(Exploitation::FORM_UNSPECIFIED, 18).steps()), ElementsAre("stelle", "110")) << answer;
    EXPECT_THAT(kit.Build().later(), IsEmpty());
  }
}

TEST(LadderTest, AgesOutsideTheBoundsAreLeftOut) {
  LadderKit kit;
  kit.Add("ab14", Competent("COUNSELLING", {"05515"}, "advises_minors: YES minimum_age: 14 maximum_age: 27"),
          {kAlways});
  kit.Add("ab18", Competent("COUNSELLING", {"05515"}, "advises_minors: YES minimum_age: 18"), {kAlways});
  kit.AskKey("05515", kSundayNight);
  constexpr auto kAny = Exploitation::FORM_UNSPECIFIED;
  EXPECT_THAT(NamesOf(kit.Build(kAny, 13).steps()), ElementsAre("110"));
  EXPECT_THAT(NamesOf(kit.Build(kAny, 14).steps()), ElementsAre("ab14", "110"));
  EXPECT_THAT(NamesOf(kit.Build(kAny, 20).steps()), ElementsAre("ab14", "ab18", "110"));
  EXPECT_THAT(NamesOf(kit.Build(kAny, 28).steps()), ElementsAre("ab18", "110"));
  EXPECT_THAT(NamesOf(kit.Build().steps()), ElementsAre("ab14", "110"));
}

TEST(LadderTest, TheFormDecidesAndAServiceThatNamesItComesFirst) {
  LadderKit kit;
  kit.Add("a-alle", Competent("COUNSELLING", {"05515"}), {kAlways});
  kit.Add("b-genau", Competent("COUNSELLING", {"05515"}, "advises_minors: YES forms: LABOUR_EXPLOITATION"), {kAlways});
  kit.Add("c-andere", Competent("COUNSELLING", {"05515"}, "advises_minors: YES forms: FORCED_MARRIAGE"), {kAlways});
  kit.Add("zoll", Competent("CUSTOMS_LABOUR", {"05"}), {kAlways});
  kit.Add("gericht", Competent("COURT", {"05515"}), {kAlways});
  kit.Add("amt", Competent("IMMIGRATION", {"05515"}), {kAlways});
  kit.AskKey("05515", kSundayNight);
  EXPECT_THAT(NamesOf(kit.Build(Exploitation::LABOUR_EXPLOITATION).steps()),
              ElementsAre("b-genau", "a-alle", "zoll", "110"));
  EXPECT_THAT(NamesOf(kit.Build(Exploitation::FORCED_MARRIAGE).steps()), ElementsAre("c-andere", "a-alle", "110"));
  EXPECT_THAT(NamesOf(kit.Build().steps()), ElementsAre("a-alle", "b-genau", "c-andere", "110"));
}

TEST(LadderTest, PoliceAndYouthOfficeAreNeverChosenByDistance) {
  LadderKit kit;
  for (const char* kind :
       {"POLICE", "YOUTH_OFFICE", "HOTLINE", "HEALTH", "SHELTER", "COORDINATION", "OTHER", "PROSECUTION"}) {
    kit.Add(kind, Competent(kind, {"05111"}), {kAlways}).distance_m = 10;
    kit.Add(std::string(kind) + "-ohne", Competent(kind, {}), {kAlways}).distance_m = 10;
  }
  LadderCandidate& nearest = kit.Add("beratung", Competent("COUNSELLING", {"05111"}), {kAlways});
  nearest.distance_m = 12345;
  nearest.distance_approximate = true;
  kit.Add("ohne-ort", Competent("COUNSELLING", {}), {kAlways});
  kit.AskKey("05515", kSundayNight);
  const ReachServicesResponse ladder = kit.Build();
  ASSERT_THAT(NamesOf(ladder.steps()), ElementsAre("beratung", "110"));
  EXPECT_EQ(ladder.steps(0).reason(), ReachStep::NEAREST);
  EXPECT_EQ(ladder.steps(0).reason_text(), "Nächstgelegene Fachberatung, etwa 12 km entfernt.");
  EXPECT_EQ(ladder.steps(0).matched_key(), "");
  EXPECT_DOUBLE_EQ(ladder.steps(0).distance_m(), 12345);
  EXPECT_TRUE(ladder.steps(0).distance_approximate());
}

TEST(LadderTest, TheNearestStandBetweenLandAndNationNearestFirst) {
  LadderKit kit;
  kit.Add("land", Competent("COUNSELLING", {"05"}), {kAlways}).distance_m = 90000;
  kit.Add("bund", Competent("HOTLINE", {"00"}), {kAlways});
  for (const auto& [name, distance] :
       {std::pair("n4", 40e3), std::pair("n1", 1e3), std::pair("n3", 30e3), std::pair("n2", 2e3)}) {
    kit.Add(name, Competent("COUNSELLING", {}), {kAlways}).distance_m = distance;
  }
  kit.AskKey("05515", kSundayNight);
  EXPECT_THAT(NamesOf(kit.Build().steps()), ElementsAre("land", "n1", "n2", "n3", "bund", "110"));
}

TEST(LadderTest, TheLongestMatchComesFirst) {
  v1::Area district;
  district.set_kind(v1::Area::POLICE_DISTRICT);
  district.set_key("pd-nw-muenster");
  district.set_display_name("Polizeibezirk Münster");
  district.add_member_keys("05515");
  const PlaceResolver places = PlaceResolver::Build({district}, {});
  LadderKit kit(places);
  kit.Add("e-land", Competent("POLICE", {"05"}), {kAlways});
  kit.Add("d-bezirk", Competent("POLICE", {"055"}), {kAlways});
  kit.Add("c-polizeibezirk", Competent("POLICE", {"pd-nw-muenster", "05"}), {kAlways});
  kit.Add("b-kreis", Competent("POLICE", {"00", "05", "05515"}), {kAlways});
  kit.Add("a-gemeinde", Competent("POLICE", {"05515000"}), {kAlways});
  kit.AskPostcode("48143", kSundayNight);
  const ReachServicesResponse ladder = kit.Build();
  ASSERT_THAT(NamesOf(ladder.steps()),
              ElementsAre("a-gemeinde", "b-kreis", "c-polizeibezirk", "d-bezirk", "e-land", "110"));
  EXPECT_EQ(ladder.steps(1).matched_key(), "05515");
  EXPECT_EQ(ladder.steps(2).reason(), ReachStep::COMPETENT_POLICE_DISTRICT);
  EXPECT_EQ(ladder.steps(2).reason_text(), "Zuständig für Polizeibezirk Münster.");
  EXPECT_EQ(ladder.steps(3).reason_text(), "Zuständig für Regierungsbezirk Münster.");
}

TEST(LadderTest, AMunicipalYouthOfficeGoesBeforeThatOfTheKreis) {
  LadderKit kit;
  kit.Add("kreis", Competent("YOUTH_OFFICE", {"03460"}), {kAlways});
  kit.Add("stadt", Competent("YOUTH_OFFICE", {"03460009"}), {kAlways});
  kit.Ask(kit.places().ResolvePlace("Vechta"), kit.At(kSundayNight));
  const ReachServicesResponse town = kit.Build();
  ASSERT_THAT(NamesOf(town.steps()), ElementsAre("stadt", "kreis", "110"));
  EXPECT_EQ(town.steps(0).reason_text(), "Zuständig für Vechta.");
  EXPECT_EQ(town.steps(1).reason_text(), "Zuständig für Kreis Vechta.");
  kit.AskKey("03460", kSundayNight);
  EXPECT_THAT(NamesOf(kit.Build().steps()), ElementsAre("kreis", "110"));
}

TEST(LadderTest, CompetenceHoldsOnItsDaysOnly) {
  LadderKit kit;
  kit.Add("bisher", "kind: POLICE advises_minors: YES service_areas { area_key: '05515' valid_to: '2026-11-30' }",
          {kAlways});
  kit.Add("danach", "kind: POLICE advises_minors: YES service_areas { area_key: '05515' valid_from: '2026-12-01' }",
          {kAlways});
  kit.AskKey("05515", "2026-11-30 23:59");
  EXPECT_THAT(NamesOf(kit.Build().steps()), ElementsAre("bisher", "110"));
  EXPECT_EQ(TimeOf(kit.Build().valid_until()), kit.At("2026-12-01 00:00"));
  kit.AskKey("05515", "2026-12-01 00:00");
  EXPECT_THAT(NamesOf(kit.Build().steps()), ElementsAre("danach", "110"));
}

TEST(LadderTest, WithNobodyOpenTheLadderSaysWhoOpensWhen) {
  LadderKit kit;
  kit.Add("spaeter", Competent("YOUTH_OFFICE", {"05515"}), {"byday: TU opens_at: '08:00' closes_at: '16:00'"});
  kit.Add("zuerst", Competent("HOTLINE", {"00"}), {kOffice});
  kit.Add("unbekannt", Competent("POLICE", {"05515"}));
  kit.Add("nie", Competent("COUNSELLING", {"05515"}), {std::string(kOffice) + " valid_to: '2020-12-31'"});
  kit.AskKey("05515", kSundayNight);
  const ReachServicesResponse ladder = kit.Build();
  EXPECT_THAT(NamesOf(ladder.steps()), ElementsAre("110"));
  ASSERT_THAT(NamesOf(ladder.later()), ElementsAre("zuerst", "spaeter", "nie", "unbekannt"));
  EXPECT_EQ(TimeOf(ladder.later(0).reachability().next()), kit.At("2026-11-23 08:00"));
  EXPECT_FALSE(ladder.later(2).reachability().has_next());
  EXPECT_EQ(ladder.later(3).reachability().state(), Reachability::UNKNOWN);
  EXPECT_EQ(ladder.later(0).rank(), 1);
  EXPECT_EQ(ladder.later(0).if_unanswered(), ReachStep::CALL_110);
}

TEST(LadderTest, LinesHaveHoursOfTheirOwn) {
  LadderKit kit;
  LadderCandidate& office = kit.Add("jugendamt", Competent("YOUTH_OFFICE", {"05515"}), {kOffice});
  office.lines.push_back({kit.Phone("number: '+494066969000' type: VOICE"), kit.Hours({kNights, kWeekendDays})});
  office.lines.push_back({kit.Phone("number: '+494066969001' type: FAX"), kit.Hours({kAlways})});
  kit.AskKey("05515", kSundayNight);
  const ReachServicesResponse night = kit.Build();
  ASSERT_THAT(NamesOf(night.steps()), ElementsAre("jugendamt", "110"));
  ASSERT_EQ(night.steps(0).phones_size(), 1);
  EXPECT_EQ(night.steps(0).phones(0).number(), "+494066969000");
  EXPECT_TRUE(night.steps(0).reachability().on_call());
  kit.AskKey("05515", kMondayMorning);
  const ReachServicesResponse day = kit.Build();
  ASSERT_EQ(day.steps(0).phones_size(), 1);
  EXPECT_EQ(day.steps(0).phones(0).number(), "+493023125001");
  EXPECT_FALSE(day.steps(0).reachability().on_call());
  EXPECT_EQ(TimeOf(day.valid_until()), kit.At("2026-11-23 16:00"));
}

TEST(LadderTest, AFaxAloneIsNoChannelAndAMailboxIsForLater) {
  LadderKit kit;
  kit.Add("fax", Competent("YOUTH_OFFICE", {"05515"}), {kAlways}).lines = {
      {kit.Phone("number: '+49301' type: FAX"), nullptr}};
  kit.Add("post", Competent("YOUTH_OFFICE", {"05515"}, "advises_minors: YES email: 'post@example.org'"), {kAlways})
      .lines.clear();
  kit.Add("chat", Competent("COUNSELLING", {"05515"}, "advises_minors: YES chat_url: 'https://example.org/chat'"),
          {kAlways})
      .lines.clear();
  kit.AskKey("05515", kSundayNight);
  const ReachServicesResponse ladder = kit.Build();
  ASSERT_THAT(NamesOf(ladder.steps()), ElementsAre("chat", "110"));
  EXPECT_EQ(ladder.steps(0).chat_url(), "https://example.org/chat");
  ASSERT_THAT(NamesOf(ladder.later()), ElementsAre("post"));
  EXPECT_EQ(ladder.later(0).email(), "post@example.org");
}

TEST(LadderTest, AServiceWithTheNumber110IsTheLastStep) {
  LadderKit kit;
  kit.Add("notruf", Competent("POLICE", {"00"}), {kAlways}).lines = {{kit.Phone("number: '110'"), nullptr}};
  kit.AskKey("05515", kSundayNight);
  EXPECT_THAT(NamesOf(kit.Build().steps()), ElementsAre("110"));
}

TEST(LadderTest, AServiceIsOneStepForItsMostSpecificArea) {
  LadderKit kit;
  kit.Add("land", Competent("POLICE", {"12", "12054"}), {kAlways});
  kit.AskPostcode("14476", kSundayNight);
  const ReachServicesResponse ladder = kit.Build();
  ASSERT_THAT(NamesOf(ladder.steps()), ElementsAre("land", "110"));
  EXPECT_EQ(ladder.steps(0).matched_key(), "12054");
  EXPECT_EQ(ladder.steps(0).area().key(), "12054");
  EXPECT_EQ(ladder.areas_size(), 3);
}

TEST(LadderTest, ManyOfAKindAreCutToTheFirst) {
  LadderKit kit;
  for (int i = 0; i < 50; ++i) kit.Add("polizei" + std::to_string(10 + i), Competent("POLICE", {"05"}), {kAlways});
  for (int i = 0; i < 50; ++i)
    kit.Add("zu" + std::to_string(10 + i), Competent("POLICE", {"05"}),
            {"byday: MO opens_at: '08:00' closes_at: '09:00'"});
  kit.AskKey("05515", kSundayNight);
  const ReachServicesResponse ladder = kit.Build();
  EXPECT_THAT(NamesOf(ladder.steps()), ElementsAre("polizei10", "polizei11", "polizei12", "polizei13", "110"));
  EXPECT_THAT(NamesOf(ladder.later()), ElementsAre("zu10", "zu11", "zu12", "zu13"));
}

}  // namespace
}  // namespace schutznetz::directory
