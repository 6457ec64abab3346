// A hidden record changes nothing that those without the right to it can read: no byte, count, order, facet, distance,
// etag or time (SAFETY P14, P21). Whoever they are: the public, professionals, editors of other Länder, members of
// other networks, partner systems, operators.
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schutznetz/directory/v1/search.pb.h"
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

// Callers who have rights, and none to what is hidden below.
std::map<std::string, access::Caller> Strangers() {
  using access::Caller;
  using access::Role;
  return {
      {"", Caller()},
      {"professional: ", Caller::Granted("members/p", {.roles = {Role::kProfessional}})},
      {"foreign editor: ", Caller::Granted("members/e", {.roles = {Role::kEditor}, .lands = {"lands/DE-BY"}})},
      {"foreign member: ", Caller::Granted("members/m", {.roles = {Role::kMember}, .networks = {"networks/fremd"}})},
      {"partner: ", Caller::Granted("partners/s", {.roles = {Role::kPartner}, .scopes = {"restricted.read"}})},
      {"operator: ", Caller::Granted("members/o", {.roles = {Role::kOperator}})}};
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
    Picture picture;
    for (const auto& [who, caller] : strangers_) AddPicture(reading_, names_, who, caller, &picture);
    return picture;
  }
  v1::Location ReadWhole(const std::string& name) {
    v1::GetLocationRequest request;
    request.set_name(name);
    return *reading_.Ask<v1::Location>("GetLocation", request, Editing::Nationwide());
  }

  Reading reading_;
  std::vector<std::string> names_;
  std::map<std::string, access::Caller> strangers_ = Strangers();
};

constexpr char kHours[] = "schedules { opens_at: '00:00' closes_at: '24:00' holiday_policy: OPEN_ON_HOLIDAYS }";
constexpr char kIsHidden[] = " protection: PROTECTED ";

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
      "", std::string("display_name: 'Geheime Zuflucht Dresden' land: 'lands/DE-SN'") + kIsHidden);
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
      "", "organization: 'organizations/dresden-kompass' phones { number: '+4917604069055' } " + service + kIsHidden);
  shelter.hidden_place = reading.Make<v1::ServiceAtLocation>(
      "", std::string("service: 'services/dresden-beratung' location: 'locations/haus-koeln'") + kIsHidden);
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
  Picture missing;
  for (const auto& [who, caller] : strangers_) AddPicture(other, names_, who, caller, &missing);
  for (const std::string& name : names_) {
    int count = 0;
    for (const auto& [asked, answer] : hidden) {
      if (asked.find(name) == std::string::npos) continue;
      EXPECT_EQ(answer, missing.at(asked)) << asked;
      ++count;
    }
    EXPECT_GE(count, 5 * static_cast<int>(strangers_.size())) << name;  // at least the five Get methods
  }
}

TEST_F(Indistinguishable, WithheldAddressMovesUnnoticedInsideItsKreis) {
  v1::Location location = ReadWhole(kWithheldLocation);
  location.set_address_protection(common::v1::PROTECTED);  // before, professionals could see where it is
  auto hidden = reading_.editing().Update(location, {"address_protection"});
  ASSERT_THAT(hidden, IsOk());
  const Picture before = Look();
  hidden->mutable_point()->set_latitude(51.01);
  hidden->mutable_point()->set_longitude(13.70);
  hidden->mutable_address()->set_street("Anderswo 5");
  hidden->set_display_name("Neue Wohnung");
  ASSERT_THAT(reading_.editing().Update(*hidden, {"point", "address", "display_name"}), IsOk());
  ExpectSame(before, Look(), "moved");
}

// Restricted values are for professionals: the public and operators notice nothing of where they are.
TEST_F(Indistinguishable, RestrictedAddressMovesUnnoticedByThosePublicOnly) {
  std::erase_if(strangers_, [](const auto& stranger) { return !record::SeesOnlyPublic(stranger.second); });
  ASSERT_EQ(strangers_.size(), 2u);
  const Picture before = Look();
  v1::Location location = ReadWhole(kWithheldLocation);
  location.mutable_point()->set_latitude(51.01);
  location.mutable_address()->set_street("Anderswo 5");
  ASSERT_THAT(reading_.editing().Update(location, {"point", "address"}), IsOk());
  ExpectSame(before, Look(), "moved");
}

// What belongs to a network is for its members and for editors of its Land.
TEST_F(Indistinguishable, ServiceOfANetworkIsUnknownToOtherNetworks) {
  v1::Network network =
      reading_.Make<v1::Network>("", "display_name: 'Geheimes Netz' lands: 'lands/DE-NW' protection: PROTECTED");
  v1::Service service = reading_.Make<v1::Service>(
      "offenes-angebot",
      "organization: 'organizations/koeln-lichtblick' display_name: 'Offenes Angebot' kind: OTHER "
      "land: 'lands/DE-NW'");
  names_ = {network.name(), service.name()};
  const Picture before = Look();
  service.add_networks(network.name());
  service.set_internal_note("Intern: Geheimweg");
  ASSERT_THAT(reading_.editing().Update(service, {"networks", "internal_note"}), IsOk());
  reading_.Make<v1::Service>("",
                             "organization: 'organizations/koeln-lichtblick' display_name: 'Obhut im Netz' "
                             "kind: SHELTER land: 'lands/DE-NW' protection: NETWORK topics: 'Schutzplatz' networks: '" +
                                 network.name() + "'");
  ExpectSame(before, Look(), "joined");

  const access::Caller member =
      access::Caller::Granted("members/n", {.roles = {access::Role::kMember}, .networks = {network.name()}});
  v1::SearchServicesRequest request;
  request.set_q("Obhut Netz");
  const auto found = reading_.Ask<v1::SearchServicesResponse>("SearchServices", request, member);
  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->total_size(), 1);
}

// The services of a withheld location look as if each were at a place of its own.
TEST_F(Indistinguishable, RaisedAddressProtectionIsForgottenEverywhere) {
  v1::Location location = ReadWhole("locations/haus-koeln");
  location.set_address_protection(common::v1::PROTECTED);
  ASSERT_THAT(reading_.editing().Update(location, {"address_protection"}), IsOk());
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
