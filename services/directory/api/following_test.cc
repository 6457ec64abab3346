// The view that followed a history of changes equals the one that is built from what is stored at its end.
#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "schutznetz/directory/v1/reach.pb.h"
#include "services/common/testing/matchers.h"
#include "services/directory/api/invented_directory.h"
#include "services/directory/api/public_picture.h"

namespace schutznetz::directory {
namespace {

using testing::IsOk;

// Writes at random: every kind, every protection, deletions and their taking back.
class RandomEditor {
 public:
  RandomEditor(Reading& reading, uint32_t seed) : reading_(reading), random_(seed) {}

  void Step() {
    switch (Pick(10)) {
      case 0:
        MakeOrganization();
        break;
      case 1:
      case 2:
        MakeService();
        break;
      case 3:
        MakeLocation();
        break;
      case 4:
        MakePlacement();
        break;
      case 5:
        MakeNetwork();
        break;
      case 6:
        Change(organizations_, "display_name");
        break;
      case 7:
        Change(services_, "display_name");
        break;
      case 8:
        Protect();
        break;
      default:
        Delete();
        break;
    }
  }

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    const auto add = [&](const auto& resources) {
      for (const auto& resource : resources) names.push_back(resource.name());
    };
    add(organizations_);
    add(services_);
    add(locations_);
    add(placements_);
    add(networks_);
    return names;
  }

 private:
  int Pick(int count) { return static_cast<int>(random_() % static_cast<uint32_t>(count)); }
  template <typename T>
  T* Any(std::vector<T>& resources) {
    return resources.empty() ? nullptr : &resources[static_cast<size_t>(Pick(static_cast<int>(resources.size())))];
  }
  // A refusal by a rule is part of the history.
  template <typename T>
  void Keep(absl::StatusOr<T> made, std::vector<T>& resources) {
    if (made.ok()) resources.push_back(*std::move(made));
  }
  template <typename T>
  void Renew(absl::StatusOr<T> changed, T* resource) {
    if (changed.ok()) *resource = *std::move(changed);
  }
  std::string Land() {
    constexpr const char* kLands[] = {"lands/DE-NW", "lands/DE-SN", "lands/DE-BE"};
    return kLands[Pick(3)];
  }
  common::v1::Visibility Level() {
    constexpr common::v1::Visibility kLevels[] = {common::v1::PUBLIC, common::v1::PUBLIC, common::v1::RESTRICTED,
                                                  common::v1::PROTECTED};
    return kLevels[Pick(4)];
  }

  void MakeOrganization() {
    v1::Organization organization;
    organization.set_display_name(absl::StrCat("Stelle ", Pick(1000)));
    organization.set_land(Land());
    Keep(reading_.editing().Create(organization), organizations_);
  }
  void MakeService() {
    const v1::Organization* organization = Any(organizations_);
    if (organization == nullptr) return;
    v1::Service service;
    service.set_organization(organization->name());
    service.set_display_name(absl::StrCat("Beratung ", Pick(1000)));
    service.set_kind(Pick(2) == 0 ? v1::Service::COUNSELLING : v1::Service::SHELTER);
    service.set_land(Land());
    service.set_advises_minors(v1::Service::YES);
    service.add_service_areas()->set_area_key(Pick(2) == 0 ? "05315" : "14612");
    service.add_phones()->set_number("+4917604069001");
    common::v1::Schedule* schedule = service.add_schedules();
    schedule->set_opens_at("08:00");
    schedule->set_closes_at(Pick(2) == 0 ? "20:00" : "24:00");
    if (const v1::Network* network = Any(networks_)) service.add_networks(network->name());
    service.set_protection(Level());
    Keep(reading_.editing().Create(service), services_);
  }
  void MakeLocation() {
    const v1::Organization* organization = Any(organizations_);
    if (organization == nullptr) return;
    v1::Location location;
    location.set_organization(organization->name());
    location.set_display_name(absl::StrCat("Haus ", Pick(1000)));
    location.set_kreis_key(Pick(2) == 0 ? "05315" : "14612");
    location.mutable_address()->set_city("Musterstadt");
    location.mutable_point()->set_latitude(50.9 + Pick(100) * 0.01);
    location.mutable_point()->set_longitude(7.0 + Pick(600) * 0.01);
    location.set_address_protection(Level());
    Keep(reading_.editing().Create(location), locations_);
  }
  void MakePlacement() {
    const v1::Service* service = Any(services_);
    const v1::Location* location = Any(locations_);
    if (service == nullptr || location == nullptr) return;
    v1::ServiceAtLocation placement;
    placement.set_service(service->name());
    placement.set_location(location->name());
    Keep(reading_.editing().Create(placement), placements_);
  }
  void MakeNetwork() {
    v1::Network network;
    network.set_display_name(absl::StrCat("Netz ", Pick(1000)));
    network.add_lands(Land());
    if (const v1::Organization* organization = Any(organizations_)) network.add_participants(organization->name());
    network.set_protection(Level());
    Keep(reading_.editing().Create(network), networks_);
  }
  template <typename T>
  void Change(std::vector<T>& resources, const std::string& path) {
    T* resource = Any(resources);
    if (resource == nullptr) return;
    resource->set_display_name(absl::StrCat("Anders ", Pick(1000)));
    Renew(reading_.editing().Update(*resource, {path}), resource);
  }
  void Protect() {
    if (v1::Organization* organization = Pick(2) == 0 ? Any(organizations_) : nullptr) {
      organization->set_protection(Level());
      Renew(reading_.editing().Update(*organization, {"protection"}), organization);
    } else if (v1::Location* location = Any(locations_)) {
      location->set_address_protection(Level());
      Renew(reading_.editing().Update(*location, {"address_protection"}), location);
    }
  }
  void Delete() {
    if (v1::ServiceAtLocation* placement = Pick(2) == 0 ? Any(placements_) : nullptr) {
      const bool deleted = placement->has_delete_time();
      Renew(deleted ? reading_.editing().Undelete(*placement) : reading_.editing().Delete(*placement), placement);
    } else if (v1::Service* service = Any(services_)) {
      const bool deleted = service->has_delete_time();
      Renew(deleted ? reading_.editing().Undelete(*service) : reading_.editing().Delete(*service), service);
    }
  }

  Reading& reading_;
  std::mt19937 random_;
  std::vector<v1::Organization> organizations_;
  std::vector<v1::Service> services_;
  std::vector<v1::Location> locations_;
  std::vector<v1::ServiceAtLocation> placements_;
  std::vector<v1::Network> networks_;
};

// Scores follow statistics that change with the index's base only, so they may differ.
Picture WithoutScores(Picture picture) {
  for (auto& [asked, answer] : picture) {
    if (asked.find("SearchServices") == std::string::npos) continue;
    v1::SearchServicesResponse response;
    if (!response.ParseFromString(answer)) continue;
    for (auto& hit : *response.mutable_hits()) hit.clear_score();
    if (asked.find("q:") != std::string::npos) {
      response.clear_hits();  // and with them the order
    }
    answer = response.SerializeAsString();
  }
  return picture;
}

// By everybody and by callers with rights, whose own indexes follow the view.
Picture LookOf(Reading& reading, const std::vector<std::string>& names) {
  using access::Role;
  Picture picture;
  AddPicture(reading, names, "", {}, &picture);
  AddPicture(reading, names, "professional: ", access::Caller::Granted("members/p", {.roles = {Role::kProfessional}}),
             &picture);
  AddPicture(reading, names, "editor: ", Editing::EditorOf("lands/DE-NW"), &picture);
  return WithoutScores(std::move(picture));
}

class Following : public ::testing::TestWithParam<int> {};

TEST_P(Following, AdvancedViewEqualsOneBuiltAnew) {
  Reading reading;
  reading.StartView();
  RandomEditor editor(reading, static_cast<uint32_t>(GetParam()));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 60; ++i) editor.Step();
    reading.CatchUp();
    const std::vector<std::string> names = editor.Names();
    const Picture advanced = LookOf(reading, names);
    reading.StartView();
    const Picture rebuilt = LookOf(reading, names);
    ASSERT_EQ(advanced.size(), rebuilt.size());
    EXPECT_GT(names.size(), 20u);
    for (const auto& [asked, answer] : advanced)
      EXPECT_EQ(answer, rebuilt.at(asked)) << asked << " seed " << GetParam();
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, Following, ::testing::Range(1, 6));

TEST(FollowingThreads, ReadersNeverSeeHalfOfAWrite) {
  Reading reading;
  MakeInventedDirectory(reading);
  reading.StartView();
  std::atomic<bool> done{false};
  std::atomic<int64_t> reads{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&, i] {
      v1::SearchServicesRequest search;
      search.mutable_near()->set_latitude(51.0);
      search.mutable_near()->set_longitude(10.0);
      v1::ReachServicesRequest reach;
      reach.set_area("05515");
      v1::ListServicesRequest list;
      list.set_organization("organizations/koeln-lichtblick");
      while (!done.load()) {
        const bool ok = i % 3 == 0   ? reading.Call("SearchServices", search).ok()
                        : i % 3 == 1 ? reading.Call("ReachServices", reach).ok()
                                     : reading.Call("ListServices", list).ok();
        EXPECT_TRUE(ok);
        reads.fetch_add(1);
      }
    });
  }
  for (int i = 0; i < 40; ++i) {
    reading.Make<v1::Service>(absl::StrCat("neu-", i),
                              "organization: 'organizations/koeln-lichtblick' display_name: 'Neu' kind: COUNSELLING "
                              "advises_minors: YES service_areas { area_key: '05515' }");
    reading.CatchUp();
  }
  done.store(true);
  for (std::thread& reader : readers) reader.join();
  EXPECT_GT(reads.load(), 0);
  v1::ListServicesRequest list;
  list.set_organization("organizations/koeln-lichtblick");
  EXPECT_EQ(reading.Ask<v1::ListServicesResponse>("ListServices", list)->services_size(), 42);
}

}  // namespace
}  // namespace schutznetz::directory
