// A hidden record changes nothing that everybody can read: no byte, count, order, etag or time (SAFETY P14, P21).
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/testing/matchers.h"
#include "services/directory/api/invented_directory.h"
#include "services/directory/api/public_picture.h"

namespace schutznetz::directory {
namespace {

using testing::IsOk;

// Says which answers differ, instead of two long maps.
void ExpectSame(const Picture& before, const Picture& after, const std::string& what) {
  EXPECT_EQ(before.size(), after.size()) << what;
  int shown = 0;
  for (const auto& [asked, answer] : before) {
    const auto now = after.find(asked);
    if (now != after.end() && now->second == answer) continue;
    ADD_FAILURE() << what << ": another answer to " << asked;
    if (++shown == 5) return;
  }
}

class Indistinguishable : public ::testing::Test {
 protected:
  Indistinguishable() {
    MakeInventedDirectory(reading_);
    reading_.StartView();
    names_ = {"organizations/koeln-lichtblick", "organizations/dresden-kompass",
              "services/koeln-beratung",        "services/dresden-schutzwohnung",
              "locations/haus-koeln",           "locations/wohnung-dresden",
              "networks/netz-muenster",         "serviceAtLocations/dresden-schutzwohnung-in-1"};
  }
  Picture Look() {
    reading_.CatchUp();
    return PublicPicture(reading_, names_);
  }

  Reading reading_;
  std::vector<std::string> names_;
};

constexpr char kHours[] = "schedules { opens_at: '00:00' closes_at: '24:00' holiday_policy: OPEN_ON_HOLIDAYS }";
constexpr char kHidden[] = " protection: PROTECTED ";

struct Shelter {
  v1::Organization organization;
  v1::Service service;
  v1::Location location;
  v1::ServiceAtLocation at;
  v1::Service hidden_offer;  // of a public organization
  v1::ServiceAtLocation hidden_place;
};

Shelter MakeShelter(Reading& reading) {
  Shelter shelter;
  shelter.organization = reading.Make<v1::Organization>(
      "", std::string("display_name: 'Geheime Zuflucht Dresden' land: 'lands/DE-SN'") + kHidden);
  const std::string service = std::string(
                                  "display_name: 'Sichere Obhut' kind: SHELTER land: 'lands/DE-SN' advises_minors: YES "
                                  "topics: 'Schutzplatz' languages: 'xx' service_areas { area_key: '14612' } ") +
                              kHours;
  shelter.service = reading.Make<v1::Service>("", "organization: '" + shelter.organization.name() + "' " + service);
  shelter.location = reading.Make<v1::Location>(
      "", "organization: '" + shelter.organization.name() +
              "' kreis_key: '14612' address { street: 'Geheimweg 9' } point { latitude: 51.05 longitude: 13.74 }");
  shelter.at = reading.Make<v1::ServiceAtLocation>(
      "", "service: '" + shelter.service.name() + "' location: '" + shelter.location.name() + "'");
  shelter.hidden_offer = reading.Make<v1::Service>(
      "", "organization: 'organizations/dresden-kompass' phones { number: '+4917604069055' } " + service + kHidden);
  shelter.hidden_place = reading.Make<v1::ServiceAtLocation>(
      "", std::string("service: 'services/dresden-beratung' location: 'locations/haus-koeln'") + kHidden);
  return shelter;
}

TEST_F(Indistinguishable, HiddenShelterCreatedChangedAndDeleted) {
  const Picture without = Look();
  // Its names are asked for too: before it exists, the answers are those of names that nobody has.
  Shelter shelter = MakeShelter(reading_);
  const Picture with = Look();
  ExpectSame(without, with, "created");

  shelter.service.set_display_name("Andere Obhut");
  shelter.service.clear_phones();
  ASSERT_THAT(reading_.editing().Update(shelter.service, {"display_name"}), IsOk());
  shelter.location.mutable_point()->set_latitude(50.95);
  ASSERT_THAT(reading_.editing().Update(shelter.location, {"point"}), IsOk());
  shelter.hidden_offer.add_topics("Nachtaufnahme");
  const auto offer = reading_.editing().Update(shelter.hidden_offer, {"topics"});
  ASSERT_THAT(offer, IsOk());
  ExpectSame(without, Look(), "changed");

  ASSERT_THAT(reading_.editing().Delete(shelter.hidden_place), IsOk());
  ASSERT_THAT(reading_.editing().Delete(shelter.at), IsOk());
  ASSERT_THAT(reading_.editing().Delete(*offer), IsOk());
  ExpectSame(without, Look(), "deleted");
}

TEST_F(Indistinguishable, HiddenNamesAnswerLikeNamesNobodyHas) {
  const Shelter shelter = MakeShelter(reading_);
  names_ = {shelter.organization.name(), shelter.service.name(), shelter.location.name(), shelter.at.name(),
            shelter.hidden_offer.name()};
  const Picture hidden = Look();
  // The same names in a directory that never had the shelter.
  Reading other;
  MakeInventedDirectory(other);
  other.StartView();
  const Picture missing = PublicPicture(other, names_);
  for (const std::string& name : names_) {
    for (const char* method : {"GetOrganization", "GetService", "GetLocation", "GetServiceAtLocation", "GetNetwork"}) {
      const std::string asked = std::string(method) + " name: '" + name + "' #0";
      ASSERT_TRUE(hidden.contains(asked));
      EXPECT_EQ(hidden.at(asked), missing.at(asked)) << asked;
    }
    for (const auto& [asked, answer] : hidden) {
      if (asked.starts_with("List") && asked.find(name) != std::string::npos) {
        EXPECT_EQ(answer, missing.at(asked)) << asked;
      }
    }
  }
}

TEST_F(Indistinguishable, WithheldAddressMovesUnnoticedInsideItsKreis) {
  const Picture before = Look();
  v1::GetLocationRequest request;
  request.set_name(kWithheldLocation);
  auto location = reading_.Ask<v1::Location>("GetLocation", request, access::Caller::LocalOperator());
  ASSERT_THAT(location, IsOk());
  location->mutable_point()->set_latitude(51.01);
  location->mutable_point()->set_longitude(13.70);
  location->mutable_address()->set_street("Anderswo 5");
  location->set_display_name("Neue Wohnung");
  ASSERT_THAT(reading_.editing().Update(*location, {"point", "address", "display_name"}), IsOk());
  ExpectSame(before, Look(), "moved");
}

// The services of a withheld location look as if each were at a place of its own.
TEST_F(Indistinguishable, RaisedAddressProtectionIsForgottenEverywhere) {
  v1::GetLocationRequest request;
  request.set_name("locations/haus-koeln");
  auto location = reading_.Ask<v1::Location>("GetLocation", request, access::Caller::LocalOperator());
  ASSERT_THAT(location, IsOk());
  location->set_address_protection(common::v1::PROTECTED);
  ASSERT_THAT(reading_.editing().Update(*location, {"address_protection"}), IsOk());
  for (const auto& [asked, answer] : Look()) {
    EXPECT_EQ(answer.find("Haus am Dom"), std::string::npos) << asked;
    // The location itself stays, but nothing else names it.
    if (asked.find("Location ") != std::string::npos || asked.find("Locations ") != std::string::npos) continue;
    if (asked.find("haus-koeln") != std::string::npos) continue;
    EXPECT_EQ(answer.find("haus-koeln"), std::string::npos) << asked;
  }
}

}  // namespace
}  // namespace schutznetz::directory
