#include "services/common/wire/project.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "google/protobuf/util/message_differencer.h"
#include "services/common/wire/order.h"
#include "services/common/wire/testdata/random_message.h"
#include "services/common/wire/testdata/wire_test.pb.h"

namespace schutznetz::wire {
namespace {

using common::v1::NETWORK;
using common::v1::PROTECTED;
using common::v1::PUBLIC;
using common::v1::RESTRICTED;
using testing::ElementsAre;
using testing::IsEmpty;

class ProjectTest : public testing::Test {
 protected:
  ProjectTest() : tables_(*Tables::Build({test::Record::descriptor(), test::Everything::descriptor()})) {}

  const MessageTable& table() const { return *tables_->Find("schutznetz.wire.test.Record"); }

  // The visible part as text, or "hidden".
  std::string Shown(const std::string& wire, LevelSet visible, Floors floors = {}) {
    std::string out;
    withheld_.clear();
    std::vector<WithheldField> withheld;
    const absl::StatusOr<ProjectResult> result = Project(table(), wire, visible, floors, &out, &withheld);
    EXPECT_TRUE(result.ok()) << result.status();
    for (const WithheldField& field : withheld) withheld_.push_back(field.path);
    if (!result->visible) {
      EXPECT_EQ(out, "");
      return "hidden";
    }
    EXPECT_TRUE(IsInOrder(table(), out));
    test::Record record;
    EXPECT_TRUE(record.ParseFromString(out));
    EXPECT_EQ(record.SerializeAsString(), out);
    return record.ShortDebugString();
  }

  static test::Record FullRecord() {
    test::Record record;
    record.set_name("n");
    record.mutable_address()->set_street("s");
    record.set_inner_line("i");
    record.set_note("note");
    record.set_unmarked("u");
    record.set_hideout("h");
    record.mutable_inner()->set_open("o");
    record.mutable_inner()->set_closed("c");
    record.add_numbers(1);
    record.add_numbers(2);
    return record;
  }

  std::unique_ptr<const Tables> tables_;
  std::vector<std::string> withheld_;
};

TEST_F(ProjectTest, EachLevelSeesItsFieldsAndNoMore) {
  const std::string wire = FullRecord().SerializeAsString();
  EXPECT_EQ(Shown(wire, {PUBLIC}), R"(name: "n" address { street: "s" } numbers: 1 numbers: 2)");
  EXPECT_THAT(withheld_, ElementsAre("innerLine", "inner"));
  EXPECT_EQ(Shown(wire, {PUBLIC, RESTRICTED}),
            R"(name: "n" address { street: "s" } inner_line: "i" inner { open: "o" } numbers: 1 numbers: 2)");
  EXPECT_THAT(withheld_, IsEmpty());
  EXPECT_EQ(Shown(wire, LevelSet::All()), FullRecord().ShortDebugString());
}

TEST_F(ProjectTest, LevelsAreASetNotALadder) {
  const std::string wire = FullRecord().SerializeAsString();
  EXPECT_EQ(Shown(wire, {PUBLIC, NETWORK}),
            R"(name: "n" address { street: "s" } note: "note" unmarked: "u" numbers: 1 numbers: 2)");
  EXPECT_THAT(withheld_, ElementsAre("innerLine", "inner"));
}

TEST_F(ProjectTest, ARecordAboveTheLevelIsHiddenAsAWhole) {
  test::Record record = FullRecord();
  for (const auto level : {RESTRICTED, NETWORK, PROTECTED}) {
    record.set_protection(level);
    EXPECT_EQ(Shown(record.SerializeAsString(), {PUBLIC}), "hidden");
    EXPECT_THAT(withheld_, IsEmpty());
  }
  record.set_protection(NETWORK);
  EXPECT_EQ(
      Shown(record.SerializeAsString(), {PUBLIC, NETWORK}),
      R"(name: "n" address { street: "s" } inner_line: "i" note: "note" unmarked: "u" inner { open: "o" closed: "c" } )"
      R"(numbers: 1 numbers: 2 protection: NETWORK)");
}

TEST_F(ProjectTest, AnUnknownProtectionIsTheStrictest) {
  test::Record record = FullRecord();
  record.set_protection(static_cast<common::v1::Visibility>(9));
  EXPECT_EQ(Shown(record.SerializeAsString(), {PUBLIC, RESTRICTED, NETWORK}), "hidden");
  record.set_protection(static_cast<common::v1::Visibility>(-1));
  EXPECT_EQ(Shown(record.SerializeAsString(), {PUBLIC, RESTRICTED, NETWORK}), "hidden");
}

TEST_F(ProjectTest, AddressProtectionWithholdsAddressPartsOnly) {
  test::Record record;
  record.set_name("n");
  record.mutable_address()->set_street("s");
  record.set_address_protection(RESTRICTED);
  EXPECT_EQ(Shown(record.SerializeAsString(), {PUBLIC}), R"(name: "n" address_protection: RESTRICTED)");
  EXPECT_THAT(withheld_, ElementsAre("address"));
  record.set_address_protection(PROTECTED);
  EXPECT_EQ(Shown(record.SerializeAsString(), {PUBLIC, RESTRICTED}), R"(name: "n")");
  EXPECT_THAT(withheld_, IsEmpty());
}

TEST_F(ProjectTest, MarkersOfProtectionTellNothingThatIsHidden) {
  test::Record record;
  record.set_name("n");
  for (const auto level : {NETWORK, PROTECTED}) {
    record.set_address_protection(level);
    for (const LevelSet& others : {LevelSet(), LevelSet{PUBLIC, RESTRICTED}}) {
      EXPECT_EQ(Shown(record.SerializeAsString(), others), R"(name: "n")");
      EXPECT_THAT(withheld_, IsEmpty());
    }
    EXPECT_NE(Shown(record.SerializeAsString(), LevelSet::All()), R"(name: "n")");
  }
}

TEST_F(ProjectTest, ProtectedElementsOfListsAreDroppedWithoutATrace) {
  test::Record record;
  for (const auto level : {PUBLIC, PROTECTED, RESTRICTED, NETWORK}) {
    auto* line = record.add_lines();
    line->set_number(common::v1::Visibility_Name(level));
    line->set_protection(level);
  }
  EXPECT_EQ(Shown(record.SerializeAsString(), {PUBLIC}), R"(lines { number: "PUBLIC" protection: PUBLIC })");
  EXPECT_THAT(withheld_, ElementsAre("lines"));
  EXPECT_EQ(Shown(record.SerializeAsString(), {PUBLIC, RESTRICTED}),
            R"(lines { number: "PUBLIC" protection: PUBLIC } lines { number: "RESTRICTED" protection: RESTRICTED })");
  EXPECT_THAT(withheld_, IsEmpty());
}

TEST_F(ProjectTest, AMapEntryGoesWithItsKeyWhenItsValueIsHidden) {
  test::Record record;
  (*record.mutable_line_by_name())["secret key"].set_protection(PROTECTED);
  (*record.mutable_line_by_name())["open"].set_number("1");
  EXPECT_EQ(Shown(record.SerializeAsString(), {PUBLIC}), R"(line_by_name { key: "open" value { number: "1" } })");
  EXPECT_THAT(withheld_, IsEmpty());
  (*record.mutable_line_by_name())["secret key"].set_protection(RESTRICTED);
  EXPECT_EQ(Shown(record.SerializeAsString(), {PUBLIC}), R"(line_by_name { key: "open" value { number: "1" } })");
  EXPECT_THAT(withheld_, ElementsAre("lineByName"));
}

TEST_F(ProjectTest, ChildrenInheritTheProtectionOfTheirParents) {
  test::Record record;
  record.set_protection(RESTRICTED);
  record.mutable_child()->set_name("c");
  record.mutable_child()->mutable_address()->set_street("s");
  EXPECT_EQ(Shown(record.SerializeAsString(), {PUBLIC, RESTRICTED}),
            R"(child { name: "c" address { street: "s" } } protection: RESTRICTED)");
  record.set_protection(PUBLIC);
  record.set_address_protection(NETWORK);
  EXPECT_EQ(Shown(record.SerializeAsString(), {PUBLIC}), R"(child { name: "c" } protection: PUBLIC)");
}

TEST_F(ProjectTest, FloorsFromOutsideCountLikeThoseOfParents) {
  const std::string wire = FullRecord().SerializeAsString();
  EXPECT_EQ(Shown(wire, {PUBLIC}, {.record = RESTRICTED}), "hidden");
  EXPECT_EQ(Shown(wire, {PUBLIC}, {.address = RESTRICTED}), R"(name: "n" numbers: 1 numbers: 2)");
}

TEST_F(ProjectTest, ChildrenOfARestrictedFieldAreAtLeastRestricted) {
  // closed is NETWORK inside a RESTRICTED field; open is PUBLIC there and becomes RESTRICTED.
  test::Record record;
  record.mutable_inner()->set_open("o");
  record.mutable_inner()->set_closed("c");
  EXPECT_EQ(Shown(record.SerializeAsString(), {PUBLIC, RESTRICTED, NETWORK}), R"(inner { open: "o" closed: "c" })");
  EXPECT_EQ(Shown(record.SerializeAsString(), {PUBLIC, NETWORK}), "");
}

TEST_F(ProjectTest, UnknownFieldsAreDropped) {
  test::RecordWithMore more;
  more.set_name("n");
  more.set_more("secret");
  EXPECT_EQ(Shown(more.SerializeAsString(), LevelSet::All()), R"(name: "n")");
}

TEST_F(ProjectTest, AProtectionInALaterPieceOfASplitMessageCountsForAllOfIt) {
  // A format-abiding sender may split a singular message; its pieces are one record.
  test::Record first;
  first.mutable_child()->set_name("secret");
  test::Record second;
  second.mutable_child()->set_protection(PROTECTED);
  EXPECT_EQ(Shown(first.SerializeAsString() + second.SerializeAsString(), {PUBLIC}), "");
  test::Record open;
  open.set_protection(PUBLIC);
  test::Record closed;
  closed.set_name("n");
  closed.set_protection(PROTECTED);
  EXPECT_EQ(Shown(closed.SerializeAsString() + open.SerializeAsString(), {PUBLIC}), "hidden");
}

TEST_F(ProjectTest, FloorsOfARecordCanBeReadAlone) {
  test::Record record;
  record.set_protection(RESTRICTED);
  record.set_address_protection(PROTECTED);
  const Floors floors = *FloorsOf(table(), record.SerializeAsString());
  EXPECT_EQ(floors.record, RESTRICTED);
  EXPECT_EQ(floors.address, PROTECTED);
}

TEST_F(ProjectTest, MalformedBytesAreDataLossAndLeaveTheOutputAsItWas) {
  const std::string wire = FullRecord().SerializeAsString();
  std::string out = "before";
  std::vector<WithheldField> withheld;
  for (size_t size = 1; size < wire.size(); ++size) {
    const auto result = Project(table(), std::string_view(wire).substr(0, size), {PUBLIC}, {}, &out, &withheld);
    if (result.ok()) {
      out = "before";
      continue;
    }
    EXPECT_EQ(result.status().code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(out, "before");
  }
}

// The rule of visibility once more, slowly, over message objects.
class Reference {
 public:
  explicit Reference(LevelSet visible) : visible_(visible) {}

  // False when the message is hidden as a whole.
  bool Prune(google::protobuf::Message* message, Floors floors) {
    const auto& descriptor = *message->GetDescriptor();
    const auto& access = *message->GetReflection();
    for (int i = 0; i < descriptor.field_count(); ++i) {
      const auto& field = *descriptor.field(i);
      const auto part = field.options().GetExtension(common::v1::field).part();
      if (part == common::v1::FieldRule::RECORD_PROTECTION)
        Raise(&floors.record, access.GetEnumValue(*message, &field));
      if (part == common::v1::FieldRule::ADDRESS_PROTECTION)
        Raise(&floors.address, access.GetEnumValue(*message, &field));
    }
    if (!visible_.Has(floors.record)) return false;
    for (int i = 0; i < descriptor.field_count(); ++i) PruneField(message, descriptor.field(i), floors);
    message->GetReflection()->MutableUnknownFields(message)->Clear();
    return true;
  }

 private:
  static void Raise(Visibility* level, int number) {
    *level = Stricter(*level, ProtectionLevel(static_cast<uint64_t>(static_cast<int64_t>(number))));
  }

  void PruneField(google::protobuf::Message* message, const google::protobuf::FieldDescriptor* field, Floors floors) {
    const auto& access = *message->GetReflection();
    const bool google =
        field->file()->package().rfind("google.", 0) == 0 || field->containing_type()->options().map_entry();
    Visibility level = google ? PUBLIC : field->options().GetExtension(common::v1::visibility);
    if (level == common::v1::VISIBILITY_UNSPECIFIED) level = NETWORK;
    level = Stricter(level, floors.record);
    if (field->options().GetExtension(common::v1::field).part() == common::v1::FieldRule::ADDRESS) {
      level = Stricter(level, floors.address);
    }
    if (field->options().GetExtension(common::v1::field).part() >= common::v1::FieldRule::RECORD_PROTECTION &&
        field->options().GetExtension(common::v1::field).part() <= common::v1::FieldRule::ADDRESS_PROTECTION) {
      Visibility stated = PUBLIC;
      Raise(&stated, access.GetEnumValue(*message, field));
      if (stated != RESTRICTED) level = Stricter(level, stated);
    }
    if (!visible_.Has(level)) return access.ClearField(message, field);
    if (field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) return;
    const Floors inner{level, Stricter(floors.address, level)};
    if (!field->is_repeated()) {
      if (access.HasField(*message, field) && !Prune(access.MutableMessage(message, field), inner)) {
        access.ClearField(message, field);
      }
      return;
    }
    for (int i = access.FieldSize(*message, field) - 1; i >= 0; --i) PruneElement(message, field, i, inner);
  }

  void PruneElement(google::protobuf::Message* message, const google::protobuf::FieldDescriptor* field, int index,
                    Floors floors) {
    const auto& access = *message->GetReflection();
    auto* element = access.MutableRepeatedMessage(message, field, index);
    bool shown;
    if (field->is_map()) {
      const auto* value = field->message_type()->map_value();
      shown =
          value->message_type() == nullptr || Prune(element->GetReflection()->MutableMessage(element, value), floors);
    } else {
      shown = Prune(element, floors);
    }
    if (shown) return;
    for (int i = index; i + 1 < access.FieldSize(*message, field); ++i) access.SwapElements(message, field, i, i + 1);
    access.RemoveLast(message, field);
  }

  const LevelSet visible_;
};

void RandomProtections(std::mt19937* random, test::Record* record) {
  const auto level = [random] { return static_cast<Visibility>((*random)() % 3 == 0 ? (*random)() % 6 : 0); };
  record->set_protection(level());
  record->set_address_protection(level());
  for (auto& line : *record->mutable_lines()) line.set_protection(level());
  for (auto& [name, line] : *record->mutable_line_by_name()) line.set_protection(level());
  if (record->has_child()) RandomProtections(random, record->mutable_child());
}

TEST_F(ProjectTest, RandomRecordsAgreeWithTheRuleAppliedToMessageObjects) {
  const LevelSet sets[] = {
      LevelSet(), {PUBLIC, RESTRICTED}, {PUBLIC, NETWORK}, {PUBLIC, RESTRICTED, NETWORK}, LevelSet::All()};
  std::mt19937 random(7);
  int hidden = 0;
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    test::Record record;
    test::RandomMessage(seed).Fill(&record);
    RandomProtections(&random, &record);
    const LevelSet visible = sets[seed % 5];
    std::string out;
    const auto result = Project(table(), record.SerializeAsString(), visible, {}, &out);
    ASSERT_TRUE(result.ok());
    const bool expected = Reference(visible).Prune(&record, {});
    ASSERT_EQ(result->visible, expected) << seed;
    hidden += expected ? 0 : 1;
    if (!expected) continue;
    test::Record shown;
    ASSERT_TRUE(shown.ParseFromString(out));
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(shown, record)) << seed;
  }
  EXPECT_GT(hidden, 100);
}

}  // namespace
}  // namespace schutznetz::wire
