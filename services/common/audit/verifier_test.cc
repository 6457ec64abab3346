// Tampering is tried on both engines in audit_log_test.cc; here are the cases that need no store.
#include "services/common/audit/verifier.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace schutznetz::audit {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kLog[] = "directory-01";

std::vector<std::string> Chain(int count, const std::string& log = kLog, const std::string& object = "services/a") {
  std::vector<std::string> lines;
  std::string previous = GenesisOf(log);
  for (int i = 1; i <= count; ++i) {
    lines.push_back(LineOf({.log = log,
                            .sequence = i,
                            .time = absl::FromUnixSeconds(1772445600 + i),
                            .actor = "a",
                            .fact = {Act::kRead, "service", absl::StrCat(object, i)},
                            .previous = previous}));
    previous = HashOf(lines.back());
  }
  return lines;
}

class VerifierTest : public ::testing::Test {
 protected:
  std::string CheckpointOf(const std::vector<std::string>& lines, int count, int64_t second, const char* log = kLog) {
    return SignedText({.log = log,
                       .count = count,
                       .time = absl::FromUnixSeconds(second),
                       .head = HashOf(lines[static_cast<size_t>(count) - 1])},
                      key_);
  }
  Report Verify(const std::vector<std::string>& lines, const std::vector<std::string>& checkpoints) {
    Verifier verifier({key_.public_key()});
    for (const std::string& checkpoint : checkpoints) verifier.AddCheckpoint(checkpoint);
    for (const std::string& line : lines) verifier.AddLine(line);
    return verifier.Finish();
  }
  static std::vector<Tampering> KindsOf(const Report& report) {
    std::vector<Tampering> kinds;
    for (const Finding& finding : report.findings) kinds.push_back(finding.tampering);
    return kinds;
  }

  const AuditKey key_ = AuditKey::Random();
};

TEST_F(VerifierTest, NothingIsFoundInAWholeLog) {
  const auto lines = Chain(10);
  const std::string checkpoint = CheckpointOf(lines, 8, 2000000000);
  const Report report = Verify(lines, {checkpoint, checkpoint});
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.covered, 8);
  EXPECT_EQ(report.last, 10);
  EXPECT_EQ(report.checkpoints, 1);
}

TEST_F(VerifierTest, CheckpointsOfOtherServersAreNoFinding) {
  const auto lines = Chain(3);
  const auto others = Chain(3, "exchange-77");
  EXPECT_TRUE(Verify(lines, {CheckpointOf(lines, 3, 100), CheckpointOf(others, 3, 100, "exchange-77")}).ok());
}

TEST_F(VerifierTest, AnotherLogInItsPlaceIsFound) {
  const auto lines = Chain(3, "directory-02");
  const auto before = Chain(3);
  EXPECT_THAT(KindsOf(Verify(lines, {CheckpointOf(before, 3, 100), CheckpointOf(lines, 3, 200, "directory-02")})),
              ElementsAre(Tampering::kRewritten));
}

TEST_F(VerifierTest, ALogThatWasSetBackAndWrittenOnIsFound) {
  const auto lines = Chain(6);
  const auto others = Chain(8, kLog, "services/b");
  EXPECT_THAT(KindsOf(Verify(others, {CheckpointOf(lines, 6, 100), CheckpointOf(others, 6, 200)})),
              ElementsAre(Tampering::kRewritten, Tampering::kForked));
  // Set back to fewer entries: the later checkpoint covers less.
  EXPECT_THAT(KindsOf(Verify(lines, {CheckpointOf(lines, 6, 100), CheckpointOf(lines, 5, 200)})),
              ElementsAre(Tampering::kForked));
}

TEST_F(VerifierTest, AMissingStartNeedsACheckpointThatClosesIt) {
  const auto all = Chain(9);
  const std::vector<std::string> rest(all.begin() + 4, all.end());
  EXPECT_THAT(KindsOf(Verify(rest, {CheckpointOf(all, 9, 2000000000)})), ElementsAre(Tampering::kStartMissing));
  const int64_t late = 2000000000;
  const int64_t early = late - 25 * 31 * 86400;
  EXPECT_TRUE(Verify(rest, {CheckpointOf(all, 4, early), CheckpointOf(all, 9, late)}).ok());
  // Closed, but not old enough to be dropped.
  EXPECT_THAT(KindsOf(Verify(rest, {CheckpointOf(all, 4, late - 86400), CheckpointOf(all, 9, late)})),
              ElementsAre(Tampering::kStartMissing));
}

TEST_F(VerifierTest, ALogWithoutLinesMissesWhatCheckpointsCover) {
  const Report report = Verify({}, {CheckpointOf(Chain(4), 4, 100)});
  ASSERT_THAT(KindsOf(report), ElementsAre(Tampering::kTailMissing));
  EXPECT_EQ(report.findings[0].first, 1);
  EXPECT_EQ(report.findings[0].last, 4);
}

TEST_F(VerifierTest, ALineThatIsNoEntryIsLocated) {
  auto lines = Chain(5);
  lines[2] = "{}";
  const Report report = Verify(lines, {CheckpointOf(Chain(5), 5, 100)});
  EXPECT_THAT(KindsOf(report), ElementsAre(Tampering::kMalformed, Tampering::kEdited));
  EXPECT_EQ(report.findings[0].first, 3);
  EXPECT_EQ(report.findings[1].first, 3);
}

TEST_F(VerifierTest, ABadCheckpointIsFound) {
  const auto lines = Chain(3);
  const std::string forged = SignedText({.log = kLog, .count = 3, .head = HashOf(lines[2])}, AuditKey::Random());
  EXPECT_THAT(KindsOf(Verify(lines, {forged})), ElementsAre(Tampering::kBadCheckpoint));
}

}  // namespace
}  // namespace schutznetz::audit
