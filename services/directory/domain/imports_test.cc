// Imports from the first piece to the stored records, on both engines.
#include "services/directory/domain/imports.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/time_util.h"
#include "gtest/gtest.h"
#include "services/common/testing/engines.h"
#include "services/common/testing/matchers.h"
#include "services/directory/domain/import_fixture.h"
#include "services/directory/errors.h"

namespace schutznetz::directory {
namespace {

using schutznetz::testing::EqualsProto;
using schutznetz::testing::HasReason;
using schutznetz::testing::IsOk;
using ::testing::SizeIs;

constexpr auto kAreas = v1::Import::GV100AD;

const std::string kRegister = RegisterLine("10", "20231130", "05", "Nordrhein-Westfalen") +
                              RegisterLine("20", "20231130", "055", "Reg.-Bez. Münster") +
                              RegisterLine("40", "20231130", "05515", "Münster, Stadt") +
                              RegisterLine("60", "20231130", "05515000", "Münster, Stadt");
const std::string kMuenster =
    PostcodeLine("48143", "Münster", "05515", 51.9, 7.6) + PostcodeLine("48145", "Münster", "05515", 52.1, 7.8);

std::string ManyPostcodes(int count) {
  std::string file;
  for (int i = 0; i < count; ++i) {
    file += PostcodeLine(absl::StrFormat("%05d", 10000 + i * 7), "Ort", "05515", 51.5 + i * 0.0001, 7.5);
  }
  return file;
}

class ImportsTest : public ::testing::TestWithParam<storage::Engine> {
 protected:
  Importing importing_{GetParam()};
};

TEST_P(ImportsTest, PiecesMayBeCutAnywhere) {
  const std::string file = kRegister + "Unsinn\r\n" + RegisterLine("60", "20231130", "055150", "falsch");
  const v1::Import whole = importing_.Received(kAreas, file);
  const v1::Import cut = importing_.Received(kAreas, file, 7);
  EXPECT_EQ(whole.line_count(), 6);
  EXPECT_EQ(whole.record_count(), 4);
  EXPECT_EQ(whole.refused_count(), 2);
  EXPECT_EQ(cut.line_count(), 6);
  EXPECT_EQ(cut.record_count(), 4);
  EXPECT_EQ(cut.received_bytes(), static_cast<int64_t>(file.size()));
  std::vector<v1::ImportRefusal> refusals;
  const auto read = [&](storage::ReadTransaction& tx) {
    refusals = *importing_.imports().Refusals(tx, cut.name(), 0, 10);
    return absl::OkStatus();
  };
  ASSERT_THAT(importing_.database().Read(read), IsOk());
  ASSERT_THAT(refusals, SizeIs(2));
  EXPECT_EQ(refusals[0].line(), 5);
  EXPECT_EQ(refusals[1].line(), 6);
  EXPECT_EQ(refusals[1].field(), "key");
}

TEST_P(ImportsTest, APieceSentAgainChangesNothing) {
  const v1::Import made = *importing_.Create(kPostcodeFile);
  const std::string first = kMuenster.substr(0, 20), rest = kMuenster.substr(20);
  const v1::Import once = *importing_.Append(made.name(), 0, first, false);
  EXPECT_THAT(*importing_.Append(made.name(), 0, first, false), EqualsProto(once));
  const auto gap = importing_.Append(made.name(), 25, rest, true);
  EXPECT_THAT(gap, HasReason("IMPORT_OFFSET_MISMATCH"));
  EXPECT_EQ(errors::MetadataOf(gap.status(), "expected_offset"), "20");
  EXPECT_THAT(importing_.Append(made.name(), 10, rest, true), HasReason("IMPORT_OFFSET_MISMATCH"));

  const v1::Import complete = *importing_.Append(made.name(), 20, rest, true);
  EXPECT_EQ(complete.record_count(), 2);
  EXPECT_THAT(*importing_.Append(made.name(), 20, rest, true), EqualsProto(complete));
  EXPECT_THAT(importing_.Append(made.name(), complete.received_bytes(), "mehr", false), HasReason("WRONG_STATE"));
}

TEST_P(ImportsTest, ReceivingGoesOnAfterARestart) {
  const v1::Import made = *importing_.Create(kPostcodeFile);
  ASSERT_THAT(importing_.Append(made.name(), 0, kMuenster.substr(0, 30), false), IsOk());
  importing_.Reopen();
  const auto complete = importing_.Append(made.name(), 30, kMuenster.substr(30), true);
  ASSERT_THAT(complete, IsOk());
  EXPECT_EQ(complete->record_count(), 2);
  EXPECT_EQ(complete->refused_count(), 0);
}

TEST_P(ImportsTest, AnImportIsAppliedOnceAndWhenItIsComplete) {
  const v1::Import made = *importing_.Create(kPostcodeFile);
  EXPECT_THAT(importing_.Apply(made), HasReason("WRONG_STATE"));
  ASSERT_THAT(importing_.Append(made.name(), 0, kMuenster, true), IsOk());
  const auto applied = importing_.Apply(made);
  ASSERT_THAT(applied, IsOk());
  EXPECT_EQ(applied->state(), v1::Import::APPLIED);
  EXPECT_EQ(applied->effect().created(), 2);
  EXPECT_THAT(importing_.Apply(made), HasReason("WRONG_STATE"));
  EXPECT_THAT(importing_.Append(made.name(), 0, kMuenster, true), HasReason("WRONG_STATE"));
}

TEST_P(ImportsTest, ASecondImportOfTheSameFileChangesNothing) {
  EXPECT_EQ(importing_.Imported(kAreas, kRegister).effect().created(), 4);
  EXPECT_EQ(importing_.Imported(kPostcodeFile, kMuenster).effect().created(), 2);
  const int64_t changes = importing_.ChangeCount();
  EXPECT_EQ(importing_.Imported(kAreas, kRegister).effect().unchanged(), 4);
  EXPECT_EQ(importing_.Imported(kPostcodeFile, kMuenster).effect().unchanged(), 2);
  EXPECT_EQ(importing_.ChangeCount(), changes);
}

TEST_P(ImportsTest, TheCentreOfAKreisIsTheMeanOfItsPostcodesInEitherOrder) {
  importing_.Imported(kAreas, kRegister);
  EXPECT_FALSE(importing_.Areas().at("05515").has_center());
  EXPECT_EQ(importing_.Imported(kPostcodeFile, kMuenster).effect().updated(), 1);
  EXPECT_NEAR(importing_.Areas().at("05515").center().latitude(), 52.0, 1e-9);
  EXPECT_NEAR(importing_.Areas().at("05515").center().longitude(), 7.7, 1e-9);

  Importing reverse(GetParam());
  reverse.Imported(kPostcodeFile, kMuenster);
  reverse.Imported(kAreas, kRegister);
  EXPECT_THAT(reverse.Areas().at("05515"), EqualsProto(importing_.Areas().at("05515")));
}

TEST_P(ImportsTest, WhatTheFileNoLongerHasEndsAndComesBack) {
  importing_.Imported(kAreas, kRegister);
  const v1::Import later = importing_.Imported(kAreas, RegisterLine("10", "20240101", "05", "Nordrhein-Westfalen"));
  EXPECT_EQ(later.effect().ended(), 3);
  EXPECT_EQ(importing_.Areas().at("05515").valid_to(), "2023-12-31");
  EXPECT_EQ(importing_.Imported(kAreas, kRegister).effect().updated(), 3);
  EXPECT_EQ(importing_.Areas().at("05515").valid_to(), "");

  importing_.Imported(kPostcodeFile, kMuenster);
  const std::string one = PostcodeLine("48143", "Münster", "05515", 51.9, 7.6);
  EXPECT_EQ(importing_.Imported(kPostcodeFile, one).effect().ended(), 1);
  EXPECT_THAT(importing_.Postcodes(), SizeIs(1));
  EXPECT_EQ(importing_.Imported(kPostcodeFile, kMuenster).effect().created(), 1);
  EXPECT_THAT(importing_.Postcodes(), SizeIs(2));
}

TEST_P(ImportsTest, ADryRunTellsTheEffectAndChangesNothing) {
  importing_.Imported(kPostcodeFile, ManyPostcodes(700));
  const v1::Import import = importing_.Received(kPostcodeFile, ManyPostcodes(650) + kMuenster);
  const int64_t changes = importing_.ChangeCount();
  const auto rehearsed = importing_.DryRun(import);
  ASSERT_THAT(rehearsed, IsOk());
  EXPECT_EQ(rehearsed->effect().created(), 2);
  EXPECT_EQ(rehearsed->effect().unchanged(), 650);
  EXPECT_EQ(rehearsed->effect().ended(), 50);
  EXPECT_EQ(rehearsed->state(), v1::Import::RECEIVING);
  EXPECT_EQ(importing_.ChangeCount(), changes);
  EXPECT_THAT(importing_.Apply(import)->effect(), EqualsProto(rehearsed->effect()));
}

TEST_P(ImportsTest, AnInterruptedImportGoesOnWhereItStopped) {
  const v1::Import import = importing_.Received(kPostcodeFile, ManyPostcodes(1700));
  const std::string id = *Imports::IdOf(import.name());
  const auto finish = [](storage::Transaction&, const v1::Import&) { return absl::OkStatus(); };
  const auto stop = [](const v1::Import& now) {
    return now.effect().created() >= 500 ? absl::CancelledError("stop") : absl::OkStatus();
  };
  EXPECT_FALSE(importing_.applier().Apply(id, finish, stop).ok());
  importing_.Reopen();
  EXPECT_THAT(*importing_.applier().Interrupted(), ::testing::ElementsAre(id));
  const auto applied = importing_.Apply(import);
  ASSERT_THAT(applied, IsOk());
  EXPECT_EQ(applied->effect().created(), 1700);
  EXPECT_EQ(applied->effect().unchanged(), 0);
  EXPECT_THAT(importing_.Postcodes(), SizeIs(1700));
  EXPECT_EQ(importing_.ChangeCount(), 1700);
}

TEST_P(ImportsTest, OnlyTheFirstRefusalsAreListed) {
  std::string file;
  for (int i = 0; i < 10'050; ++i) file += "x\n";
  const v1::Import import = importing_.Received(kPostcodeFile, file);
  EXPECT_EQ(import.refused_count(), 10'050);
  size_t listed = 0;
  const auto read = [&](storage::ReadTransaction& tx) {
    listed = importing_.imports().Refusals(tx, import.name(), 0, 20'000)->size();
    return absl::OkStatus();
  };
  ASSERT_THAT(importing_.database().Read(read), IsOk());
  EXPECT_EQ(listed, static_cast<size_t>(kImportRefusalsMax));
}

TEST_P(ImportsTest, WhatWaitsForADayIsGivenUp) {
  StoredImport old;
  old.id = "alter-import";
  old.import.set_name("imports/alter-import");
  old.import.set_format(kPostcodeFile);
  old.import.set_state(v1::Import::RECEIVING);
  *old.import.mutable_create_time() = *old.import.mutable_update_time() =
      google::protobuf::util::TimeUtil::SecondsToTimestamp(absl::ToUnixSeconds(absl::Now() - absl::Hours(25)));
  const v1::Import fresh = *importing_.Create(kPostcodeFile);
  int abandoned = 0;
  const auto work = [&](storage::Transaction& tx) {
    EXPECT_THAT(importing_.store().Insert(tx, old), IsOk());
    abandoned = *importing_.imports().AbandonStale(tx, 10);
    return absl::OkStatus();
  };
  ASSERT_THAT(importing_.database().WriteAndWait(work), IsOk());
  EXPECT_EQ(abandoned, 1);
  EXPECT_THAT(importing_.Append(old.import.name(), 0, kMuenster, true), HasReason("WRONG_STATE"));
  EXPECT_THAT(importing_.Append(fresh.name(), 0, kMuenster, true), IsOk());
}

std::filesystem::path SharedData() {
  const char* folder = std::getenv("SCHUTZNETZ_SHARED_DATA");
  return folder != nullptr ? folder : std::filesystem::path(SCHUTZNETZ_SOURCE_DIR) / "../shared/data";
}

std::string Content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST_P(ImportsTest, RealFilesAreTaken) {
  const auto areas = SharedData() / "geo/destatis-gv100ad/GV100AD_301123.txt";
  const auto postcodes = SharedData() / "geo/geonames-2024/DE.txt";
  if (!exists(areas) || !exists(postcodes)) GTEST_SKIP() << "needs GV100AD and GeoNames below SCHUTZNETZ_SHARED_DATA";
  const absl::Time start = absl::Now();
  const v1::Import first = importing_.Imported(kAreas, Content(areas));
  const v1::Import second = importing_.Imported(kPostcodeFile, Content(postcodes));
  std::cout << first.ShortDebugString() << "\n"
            << second.ShortDebugString() << "\n"
            << absl::FormatDuration(absl::Now() - start) << "\n";
  EXPECT_EQ(first.refused_count(), 0);
  EXPECT_GT(first.effect().created(), 11'000);
  EXPECT_GT(second.effect().created(), 8'000);
  EXPECT_GT(second.effect().updated(), 390) << "centres of Kreise";
  EXPECT_EQ(importing_.Imported(kAreas, Content(areas)).effect().unchanged(), first.effect().created());
}

INSTANTIATE_TEST_SUITE_P(Engines, ImportsTest, schutznetz::testing::AllEngines(), schutznetz::testing::EngineName);

}  // namespace
}  // namespace schutznetz::directory
