#include "services/events/catalogue/json_ld.h"

#include "gmock/gmock.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "services/events/catalogue/sample_publication.h"

namespace schutznetz::events {
namespace {

using google::protobuf::Struct;

Struct Parse(const std::string& json) {
  Struct object;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &object).ok()) << json;
  return object;
}

TEST(JsonLdTest, SaysWhatSchemaOrgKnows) {
  const Struct json = Parse(JsonLdOf(SamplePublication(), absl::UnixEpoch(), Site()));
  const auto text = [&](const char* name) { return json.fields().at(name).string_value(); };
  EXPECT_EQ(text("@context"), "https://schema.org");
  EXPECT_EQ(text("@type"), "CreativeWork");
  EXPECT_EQ(text("@id"), "http://localhost:8080/v1/publications/leitfaden");
  EXPECT_EQ(text("datePublished"), "2024-05");
  EXPECT_EQ(text("inLanguage"), "de");
  EXPECT_EQ(text("version"), "3. Auflage");
  const auto& names = json.fields().at("name").list_value().values();
  ASSERT_EQ(names.size(), 2);
  EXPECT_EQ(names[0].struct_value().fields().at("@language").string_value(), "de");
  EXPECT_EQ(names[0].struct_value().fields().at("@value").string_value(), "Leitfaden <Kinderhandel> & Ausbeutung");
  const auto& authors = json.fields().at("author").list_value().values();
  ASSERT_EQ(authors.size(), 2);
  EXPECT_EQ(authors[0].struct_value().fields().at("@type").string_value(), "Person");
  EXPECT_EQ(authors[1].struct_value().fields().at("@type").string_value(), "Organization");
}

TEST(JsonLdTest, TextsCannotBreakOut) {
  v1::Publication publication = SamplePublication();
  publication.mutable_title()->mutable_translations(0)->set_text("\"},{\"a\\\n</script>");
  const Struct json = Parse(JsonLdOf(publication, absl::UnixEpoch(), Site()));
  EXPECT_EQ(json.fields().at("name").list_value().values(0).struct_value().fields().at("@value").string_value(),
            "\"},{\"a\\\n</script>");
}

}  // namespace
}  // namespace schutznetz::events
