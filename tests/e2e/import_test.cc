// Real files of the Federal Statistical Office and GeoNames, imported with schutznetzctl as an operator would.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "gmock/gmock.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/eventually.h"
#include "services/common/testing/matchers.h"
#include "tests/e2e/shared_installation.h"

namespace schutznetz::e2e {
namespace {

using namespace directory::v1;  // NOLINT: requests and resources of one contract
using ::testing::HasSubstr;

class ImportTest : public ::testing::TestWithParam<storage::Engine> {};

TEST_P(ImportTest, RealFilesMakePostcodesExactAndASecondImportChangesNothing) {
  const auto areas = SharedData() / "geo/destatis-gv100ad/GV100AD_301123.txt";
  const auto postcodes = SharedData() / "geo/geonames-2024/DE.txt";
  if (!exists(areas) || !exists(postcodes)) {
    GTEST_SKIP() << "needs the Gemeindeverzeichnis and GeoNames files below SCHUTZNETZ_SHARED_DATA";
  }
  Installation installation(GetParam());
  std::string said;
  ASSERT_EQ(installation.Ctl({"import", "areas", areas.string()}, &said), 0) << said;
  EXPECT_THAT(said, HasSubstr(" 0 lines refused"));
  ASSERT_EQ(installation.Ctl({"import", "postcodes", postcodes.string()}, &said), 0) << said;

  auto reader = MakeRestCaller(installation, kNobody);
  ResolveAreasRequest request;
  request.set_q("14476");
  absl::StatusOr<ResolveAreasResponse> meanings;
  const auto is_exact = [](const AreaMatch& match) { return !match.approximate(); };
  // A large import is answered at its deadline, even if the view needs longer.
  EXPECT_TRUE(testing::Eventually([&] {
    meanings = reader->Do<ResolveAreasResponse>("ResolveAreas", request);
    return meanings.ok() && std::all_of(meanings->matches().begin(), meanings->matches().end(), is_exact);
  }));
  ASSERT_THAT(meanings, testing::IsOk());
  std::set<std::string> kreise;
  for (const auto& match : meanings->matches()) kreise.insert(match.area().key().substr(0, 5));
  EXPECT_EQ(kreise, (std::set<std::string>{"12054", "12063", "12069"})) << meanings->DebugString();

  ASSERT_EQ(installation.Ctl({"import", "areas", areas.string()}, &said), 0) << said;
  EXPECT_THAT(said, HasSubstr(": 0 new, 0 changed"));
  ASSERT_EQ(installation.Ctl({"import", "postcodes", postcodes.string()}, &said), 0) << said;
  EXPECT_THAT(said, HasSubstr(": 0 new, 0 changed"));
}

TEST_P(ImportTest, RefusedLinesAreNamedAndADryRunChangesNothing) {
  Installation installation(GetParam());
  const auto file = installation.folder() / "postcodes.txt";
  std::FILE* out = std::fopen(file.c_str(), "w");
  std::fputs(
      "DE\t48143\tMünster\tNordrhein-Westfalen\tNW\tMünster\t055\tMünster\t05515\t51.96\t7.63\t4\n"
      "DE\t4814\tMünster\tNordrhein-Westfalen\tNW\tMünster\t055\tMünster\t05515\t51.96\t7.63\t4\n"
      "nonsense\n",
      out);
  std::fclose(out);
  std::string said;
  EXPECT_EQ(installation.Ctl({"import", "postcodes", "--dry_run", file.string()}, &said), 0) << said;
  EXPECT_THAT(said, HasSubstr("postcodes.txt:2: refused"));
  EXPECT_THAT(said, HasSubstr("postcodes.txt:3: refused"));
  EXPECT_THAT(said, HasSubstr("1 new"));
  EXPECT_EQ(installation.Ctl({"import", "postcodes", "--dry_run", file.string()}, &said), 0) << said;
  EXPECT_THAT(said, HasSubstr("1 new")) << "the dry run has written";
}

INSTANTIATE_TEST_SUITE_P(Engines, ImportTest, testing::AllEngines(), testing::EngineName);

}  // namespace
}  // namespace schutznetz::e2e
