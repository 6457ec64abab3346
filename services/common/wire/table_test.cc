#include "services/common/wire/table.h"

#include <gtest/gtest.h>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/struct.pb.h"
#include "schutznetz/directory/v1/location.pb.h"
#include "services/common/wire/testdata/wire_test.pb.h"

namespace schutznetz::wire {
namespace {

TEST(TablesTest, FieldsAreFoundByNumberAndByBothNames) {
  const auto tables = *Tables::Build({test::Everything::descriptor()});
  const MessageTable& table = *tables->Find("schutznetz.wire.test.Everything");
  const auto& descriptor = *test::Everything::descriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const auto& field = *descriptor.field(i);
    ASSERT_NE(table.ByNumber(static_cast<uint32_t>(field.number())), nullptr) << field.name();
    EXPECT_EQ(table.ByNumber(static_cast<uint32_t>(field.number()))->name, field.name());
    EXPECT_EQ(table.ByName(field.name())->name, field.name());
    EXPECT_EQ(table.ByName(field.json_name())->name, field.name());
  }
  for (const char* absent : {"", "x", "Scalars", "scalarss", "another_name"}) EXPECT_EQ(table.ByName(absent), nullptr);
  for (const uint32_t absent : {0u, 12u, 4999u, 5001u}) EXPECT_EQ(table.ByNumber(absent), nullptr);
}

TEST(TablesTest, MessagesThatAreReachedHaveTables) {
  const auto tables = *Tables::Build({directory::v1::ListLocationsResponse::descriptor()});
  EXPECT_NE(tables->Find("schutznetz.directory.v1.Location"), nullptr);
  EXPECT_NE(tables->Find("google.protobuf.Timestamp"), nullptr);
  EXPECT_EQ(tables->Find("schutznetz.directory.v1.Service"), nullptr);
}

TEST(TablesTest, OptionsBecomeLevelsAndParts) {
  const auto tables = *Tables::Build({test::Record::descriptor()});
  const MessageTable& table = *tables->Find("schutznetz.wire.test.Record");
  EXPECT_EQ(table.ByName("name")->visibility, common::v1::PUBLIC);
  EXPECT_EQ(table.ByName("unmarked")->visibility, common::v1::NETWORK);
  EXPECT_EQ(table.ByName("hideout")->visibility, common::v1::PROTECTED);
  EXPECT_EQ(table.ByName("address")->part, Part::kAddress);
  EXPECT_EQ(table.record_protection(), table.ByName("protection"));
  EXPECT_EQ(table.address_protection(), table.ByName("address_protection"));
}

TEST(TablesTest, EnumsKnowNamesNumbersAndAliases) {
  const EnumTable colours(*test::Colour_descriptor());
  EXPECT_EQ(colours.QuotedName(1), "\"RED\"");
  EXPECT_EQ(colours.QuotedName(100000), "\"FAR\"");
  EXPECT_EQ(colours.QuotedName(-3), "\"MINUS\"");
  EXPECT_EQ(colours.QuotedName(2), "");
  EXPECT_EQ(*colours.Number("ROT"), 1);
  EXPECT_EQ(colours.Number("red"), nullptr);
}

TEST(TablesTest, FreeFormMessagesAreRefusedAtStart) {
  google::protobuf::DescriptorPool pool(google::protobuf::DescriptorPool::generated_pool());
  (void)google::protobuf::Struct::descriptor();
  google::protobuf::FileDescriptorProto file;
  file.set_name("free.proto");
  file.set_syntax("proto3");
  file.add_dependency("google/protobuf/struct.proto");
  auto* field = file.add_message_type()->add_field();
  file.mutable_message_type(0)->set_name("Free");
  field->set_name("value");
  field->set_number(1);
  field->set_type(google::protobuf::FieldDescriptorProto::TYPE_MESSAGE);
  field->set_type_name(".google.protobuf.Value");
  const auto* built = pool.BuildFile(file);
  ASSERT_NE(built, nullptr);
  const auto tables = Tables::Build({built->message_type(0)});
  EXPECT_EQ(tables.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(tables.status().message(), "Free.value: free-form JSON is not accepted");
}

}  // namespace
}  // namespace schutznetz::wire
