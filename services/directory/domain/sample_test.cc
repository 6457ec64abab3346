// The sample data passes the rules.
#include <filesystem>
#include <fstream>

#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "services/common/testing/matchers.h"
#include "services/directory/domain/editing_fixture.h"

namespace schutznetz::directory {
namespace {

// Creates every resource of a file; returns how many there are.
template <typename T>
int Load(Editing& editing, const std::string& file) {
  std::ifstream in(std::filesystem::path(SCHUTZNETZ_SOURCE_DIR) / "deploy/sample" / file);
  EXPECT_TRUE(in.is_open()) << file;
  int count = 0;
  for (std::string line; std::getline(in, line); ++count) {
    T resource;
    const auto parsed = google::protobuf::util::JsonStringToMessage(line, &resource);
    EXPECT_TRUE(parsed.ok()) << file << ":" << count + 1 << ": " << parsed.ToString();
    const std::string id = resource.name().substr(resource.name().find('/') + 1);
    const auto made = editing.Create(resource, id);
    EXPECT_THAT(made, schutznetz::testing::IsOk()) << file << ":" << count + 1 << ": " << line;
    if (!made.ok()) continue;
    EXPECT_EQ(made->name(), resource.name());
  }
  return count;
}

TEST(SampleTest, EveryRecordIsAccepted) {
  Editing editing;
  EXPECT_GE(Load<v1::Organization>(editing, "organizations.ndjson"), 120);
  EXPECT_GE(Load<v1::Location>(editing, "locations.ndjson"), 100);
  EXPECT_GE(Load<v1::Network>(editing, "networks.ndjson"), 12);
  EXPECT_GE(Load<v1::Service>(editing, "services.ndjson"), 200);
  EXPECT_GE(Load<v1::ServiceAtLocation>(editing, "serviceAtLocations.ndjson"), 100);
}

}  // namespace
}  // namespace schutznetz::directory
