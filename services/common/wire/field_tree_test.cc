#include "services/common/wire/field_tree.h"

#include <gtest/gtest.h>

#include "services/common/wire/testdata/wire_test.pb.h"

namespace schutznetz::wire {
namespace {

class FieldTreeTest : public testing::Test {
 protected:
  FieldTreeTest()
      : tables_(*Tables::Build({test::Everything::descriptor()})),
        table_(*tables_->Find("schutznetz.wire.test.Everything")) {
    message_.mutable_scalars()->set_an_int32(1);
    message_.mutable_scalars()->set_a_string("s");
    message_.add_children()->set_far("a");
    message_.mutable_children(0)->mutable_scalars()->set_a_bool(true);
    message_.add_children();
    message_.set_far("f");
    (*message_.mutable_maps()->mutable_texts())["k"] = "v";
  }

  std::string Selected(std::initializer_list<const char*> paths) const {
    FieldTree tree;
    for (const char* path : paths) {
      const absl::Status status = tree.Add(table_, path);
      if (!status.ok()) return std::string(status.message());
    }
    std::string out;
    EXPECT_TRUE(Select(table_, message_.SerializeAsString(), tree, &out).ok());
    test::Everything selected;
    EXPECT_TRUE(selected.ParseFromString(out));
    return selected.ShortDebugString();
  }

  std::unique_ptr<const Tables> tables_;
  const MessageTable& table_;
  test::Everything message_;
};

TEST_F(FieldTreeTest, PathsSelectFieldsThroughListsByEitherName) {
  EXPECT_EQ(Selected({"scalars.anInt32", "far"}), R"(scalars { an_int32: 1 } far: "f")");
  EXPECT_EQ(Selected({"scalars.an_int32"}), "scalars { an_int32: 1 }");
  EXPECT_EQ(Selected({"children.far"}), R"(children { far: "a" } children { })");
  EXPECT_EQ(Selected({"maps.texts"}), R"(maps { texts { key: "k" value: "v" } })");
}

TEST_F(FieldTreeTest, TheWiderPathWinsInEitherOrder) {
  EXPECT_EQ(Selected({"scalars", "scalars.anInt32"}), R"(scalars { an_int32: 1 a_string: "s" })");
  EXPECT_EQ(Selected({"scalars.anInt32", "scalars"}), R"(scalars { an_int32: 1 a_string: "s" })");
}

TEST_F(FieldTreeTest, NothingAndAStarSelectEverything) {
  EXPECT_EQ(Selected({}), message_.ShortDebugString());
  EXPECT_EQ(Selected({"*"}), message_.ShortDebugString());
  EXPECT_EQ(Selected({"far", "*", "scalars"}), message_.ShortDebugString());
}

TEST_F(FieldTreeTest, UnknownPathsAreNamed) {
  for (const char* bad : {"x", "scalars.x", "far.x", "maps.texts.k", "", ".", "scalars.", ".scalars", "scalars..aBool",
                          "wellKnowns.time.seconds", "scalars.*"}) {
    EXPECT_EQ(Selected({bad}), std::string("No such field: ") + bad + ".");
  }
}

TEST_F(FieldTreeTest, MaskPathsEndAtListsAndMaps) {
  for (const char* good :
       {"*", "scalars", "scalars.an_int32", "scalars.anInt32", "children", "maps.texts", "well_knowns.time"}) {
    EXPECT_TRUE(IsMaskPath(table_, good)) << good;
  }
  for (const char* bad : {"", "x", "children.far", "maps.texts.k", "well_knowns.time.seconds", "scalars.", "far.*"}) {
    EXPECT_FALSE(IsMaskPath(table_, bad)) << bad;
  }
}

}  // namespace
}  // namespace schutznetz::wire
