// Makes the areas and candidates of the ladder's tests. What it makes lives as long as the kit.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "services/common/time/timestamp.h"
#include "services/directory/view/ladder.h"

namespace schutznetz::directory {

inline const civil::Calendar& TheCalendar() {
  static const civil::Calendar* calendar = new civil::Calendar(*civil::Calendar::Load());
  return *calendar;
}

class LadderKit {
 public:
  // With the built-in places.
  LadderKit() : places_(BuiltInPlaces()) {}
  explicit LadderKit(const PlaceResolver& places) : places_(places) {}

  // Built once for all tests.
  static const PlaceResolver& BuiltInPlaces() {
    static const PlaceResolver* places = new PlaceResolver(PlaceResolver::Build({}, {}));
    return *places;
  }

  static absl::Time At(const std::string& local) {
    absl::Time time;
    std::string error;
    EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M", local, TheCalendar().zone(), &time, &error)) << error;
    return time;
  }

  const PlaceResolver& places() const { return places_; }

  // The areas of a place as the view would make them.
  void Ask(const std::vector<PlaceMatch>& matches, absl::Time at) {
    at_ = at;
    areas_.clear();
    const absl::CivilDay day = civil::Calendar::DayOf(TheCalendar().At(at).day());
    for (const PlaceMatch& match : matches) {
      areas_.push_back({match.area, places_.ChainOf(match.area->key(), day), match.approximate});
    }
  }
  void AskPostcode(const char* code, const std::string& local) { Ask(places_.ResolvePostcode(code), At(local)); }
  void AskKey(const char* key, const std::string& local) { Ask(places_.ResolveKey(key), At(local)); }

  // A service in text format without its name; hours as schedules in text format. One line "+49301" with the hours of
  // the service.
  LadderCandidate& Add(const std::string& name, const std::string& service, const std::vector<std::string>& hours = {},
                       const char* holiday_key = "00") {
    v1::Service& made = services_.emplace_back();
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(service, &made)) << service;
    made.set_name("services/" + name);
    made.set_display_name(name);
    LadderCandidate& candidate = candidates_.emplace_back();
    candidate.service = &made;
    candidate.organization_display_name = "Musterstelle";
    candidate.hours = Hours(hours);
    candidate.holidays = civil::Holidays::RegionOf(holiday_key);
    candidate.lines = {{Phone("number: '+493023125001' type: VOICE"), nullptr}};
    return candidate;
  }

  const civil::CompiledSchedules* Hours(const std::vector<std::string>& texts) {
    civil::CompiledSchedules::Schedules schedules;
    for (const std::string& text : texts) {
      EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, schedules.Add())) << text;
    }
    auto compiled = civil::CompiledSchedules::Compile(schedules);
    EXPECT_TRUE(compiled.ok()) << compiled.status();
    return &hours_.emplace_back(*std::move(compiled));
  }

  const common::v1::Phone* Phone(const std::string& text) {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &phones_.emplace_back())) << text;
    return &phones_.back();
  }

  // For every area, as a gathering view does.
  v1::ReachServicesResponse Build(v1::Exploitation::Form form = v1::Exploitation::FORM_UNSPECIFIED,
                                  std::optional<int> age = std::nullopt) {
    std::vector<LadderCandidate> all;
    for (const LadderCandidate& candidate : candidates_) {
      for (size_t i = 0; i < areas_.size(); ++i) {
        all.push_back(candidate);
        all.back().area_index = i;
      }
    }
    return BuildLadder(areas_, all, {form, age, TheCalendar().At(at_)}, TheCalendar());
  }

 private:
  const PlaceResolver& places_;
  std::deque<v1::Service> services_;
  std::deque<common::v1::Phone> phones_;
  std::deque<civil::CompiledSchedules> hours_;
  std::deque<LadderCandidate> candidates_;
  std::vector<LadderArea> areas_;
  absl::Time at_;
};

inline constexpr char kAlways[] = "opens_at: '00:00' closes_at: '24:00' holiday_policy: OPEN_ON_HOLIDAYS";
inline constexpr char kOffice[] = "byday: [MO, TU, WE, TH, FR] opens_at: '08:00' closes_at: '16:00'";
inline constexpr char kNights[] = "type: ON_CALL opens_at: '16:00' closes_at: '08:00' holiday_policy: OPEN_ON_HOLIDAYS";
inline constexpr char kWeekendDays[] =
    "type: ON_CALL byday: [SA, SU] opens_at: '08:00' closes_at: '16:00' holiday_policy: OPEN_ON_HOLIDAYS";

// "kind: … advises_minors: YES" and service areas.
inline std::string Competent(const std::string& kind, const std::vector<std::string>& keys,
                             const std::string& more = "advises_minors: YES") {
  std::string text = "kind: " + kind + " " + more;
  for (const std::string& key : keys) text += " service_areas { area_key: '" + key + "' }";
  return text;
}

// The steps' services without "services/", the emergency call as "110".
inline std::vector<std::string> NamesOf(const google::protobuf::RepeatedPtrField<v1::ReachStep>& steps) {
  std::vector<std::string> names;
  for (const v1::ReachStep& step : steps) {
    names.push_back(step.reason() == v1::ReachStep::EMERGENCY_CALL ? "110" : step.service().substr(9));
  }
  return names;
}

}  // namespace schutznetz::directory
