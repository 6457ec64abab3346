// The sample data passes the rules.
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "services/common/testing/matchers.h"
#include "services/directory/domain/editing_fixture.h"

namespace schutznetz::directory {
namespace {

// Creates every resource of a file and returns them.
template <typename T>
std::vector<T> Load(Editing& editing, const std::string& file) {
  std::ifstream in(std::filesystem::path(SCHUTZNETZ_SOURCE_DIR) / "deploy/sample" / file);
  EXPECT_TRUE(in.is_open()) << file;
  std::vector<T> all;
  for (std::string line; std::getline(in, line);) {
    const size_t count = all.size();
    T& resource = all.emplace_back();
    const auto parsed = google::protobuf::util::JsonStringToMessage(line, &resource);
    EXPECT_TRUE(parsed.ok()) << file << ":" << count + 1 << ": " << parsed.ToString();
    const std::string id = resource.name().substr(resource.name().find('/') + 1);
    const auto made = editing.Create(resource, id);
    EXPECT_THAT(made, schutznetz::testing::IsOk()) << file << ":" << count + 1 << ": " << line;
    if (!made.ok()) continue;
    EXPECT_EQ(made->name(), resource.name());
  }
  return all;
}

template <typename T>
int OnCall(const std::vector<T>& resources) {
  int count = 0;
  for (const T& resource : resources) {
    for (const common::v1::Schedule& schedule : resource.schedules()) {
      count += schedule.type() == common::v1::Schedule::ON_CALL ? 1 : 0;
    }
  }
  return count;
}

TEST(SampleTest, EveryRecordIsAcceptedAndThereIsSomethingOfEverything) {
  Editing editing;
  EXPECT_GE(Load<v1::Organization>(editing, "organizations.ndjson").size(), 120u);
  const auto locations = Load<v1::Location>(editing, "locations.ndjson");
  EXPECT_GE(Load<v1::Network>(editing, "networks.ndjson").size(), 12u);
  const auto services = Load<v1::Service>(editing, "services.ndjson");
  EXPECT_GE(services.size(), 200u);
  EXPECT_GE(Load<v1::ServiceAtLocation>(editing, "serviceAtLocations.ndjson").size(), 100u);

  std::set<int> kinds;
  std::set<std::string> lands;
  int hidden_shelters = 0, withheld_addresses = 0;
  for (const v1::Service& service : services) {
    kinds.insert(service.kind());
    lands.insert(service.land());
    hidden_shelters += service.kind() == v1::Service::SHELTER && service.protection() == common::v1::PROTECTED;
  }
  for (const v1::Location& location : locations) {
    withheld_addresses += location.protection() == common::v1::VISIBILITY_UNSPECIFIED &&
                          location.address_protection() > common::v1::PUBLIC;
  }
  lands.erase("");  // nationwide
  EXPECT_EQ(kinds.size(), 12u);
  EXPECT_EQ(lands.size(), 16u);
  EXPECT_EQ(hidden_shelters, 6);
  EXPECT_GE(withheld_addresses, 6);
  EXPECT_GE(OnCall(services) + OnCall(locations), 60);
}

}  // namespace
}  // namespace schutznetz::directory
