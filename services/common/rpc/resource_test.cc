// Resource names, etags, update masks.
#include <google/protobuf/text_format.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "notes.pb.h"
#include "services/common/rpc/etag.h"
#include "services/common/rpc/field_mask.h"
#include "services/common/rpc/resource_name.h"
#include "services/common/testing/matchers.h"

namespace schutznetz::rpc {
namespace {

using schutznetz::testing::v1::Note;
using testing::EqualsProto;
using testing::HasReason;
using testing::IsOk;
using testing::StatusIs;

TEST(ResourceNameTest, IdsAreFoundInNamesOfTheirCollection) {
  EXPECT_EQ(IdIn("areas", "areas/05515"), "05515");
  EXPECT_EQ(IdIn("lands", "lands/DE-NW"), "DE-NW");
  for (const char* bad : {"", "areas", "areas/", "areas/a/b", "area/05515", "Areas/05515", "areas/a b", "areas/ä",
                          "areas/..", "areas/a%2fb", "/areas/05515"}) {
    EXPECT_FALSE(IdIn("areas", bad).has_value()) << bad;
  }
  EXPECT_FALSE(IdIn("areas", "areas/" + std::string(64, 'a')).has_value());
  EXPECT_EQ(NameOf("areas", "05515"), "areas/05515");
}

TEST(ResourceNameTest, NestedNamesFollowTheirPattern) {
  EXPECT_THAT(*IdsIn("events/*/registrations/*", "events/e1/registrations/r2"), ::testing::ElementsAre("e1", "r2"));
  for (const char* bad :
       {"events/e1", "events/e1/registrations", "events/e1/registrations/", "events/e1/registrations/r2/x",
        "events//registrations/r2", "rooms/e1/registrations/r2", "events/*/registrations/*"}) {
    EXPECT_FALSE(IdsIn("events/*/registrations/*", bad).has_value()) << bad;
  }
  EXPECT_TRUE(IsResourceName("events/*/registrations", "events/e1/registrations/r2"));
  EXPECT_FALSE(IsResourceName("events/*/registrations", "events/e1/sessions/r2"));
}

TEST(ResourceNameTest, ChosenIdsAreStricter) {
  EXPECT_TRUE(IsResourceId("musterstelle-koeln"));
  for (const char* bad : {"", "abc", "1abc", "-abc", "abc-", "Abcd", "ab_c", "abcä"})
    EXPECT_FALSE(IsResourceId(bad)) << bad;
  EXPECT_FALSE(IsResourceId("a" + std::string(63, 'b')));
}

TEST(EtagTest, EqualBytesHaveEqualEtags) {
  EXPECT_EQ(EtagOf("abc"), "ungWv48Bz-pBQUDe");  // the start of SHA-256 of "abc", FIPS 180-2
  EXPECT_NE(EtagOf("abc"), EtagOf("abd"));
}

TEST(EtagTest, ChangesNeedTheCurrentOne) {
  EXPECT_THAT(CheckEtag("notes/a", "x", "x"), IsOk());
  EXPECT_THAT(CheckEtag("notes/a", "", "x"), HasReason("ETAG_MISSING"));
  const absl::Status stale = CheckEtag("notes/a", "y", "x");
  EXPECT_THAT(stale, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(errors::MetadataOf(stale, "etag"), "x");
}

Note FromText(const std::string& text) {
  Note note;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &note)) << text;
  return note;
}

struct MaskCase {
  const char* name;
  std::vector<const char*> paths;
  const char* source;
  const char* target;
  const char* expected;
};

const MaskCase kMaskCases[] = {
    {"named fields only", {"title"}, "title: 'b' origin: 'b'", "title: 'a' origin: 'a'", "title: 'b' origin: 'a'"},
    {"absent in the source is cleared", {"title", "main"}, "", "title: 'a' main { text: 'a' } rank: 1", "rank: 1"},
    {"one field inside a message",
     {"main.phone"},
     "main { phone: '110' text: 'b' }",
     "main { text: 'a' }",
     "main { text: 'a' phone: '110' }"},
    {"the message around it is made", {"main.phone"}, "main { phone: '110' }", "", "main { phone: '110' }"},
    {"lists are replaced as a whole",
     {"emails", "parts"},
     "emails: 'c' parts { text: 'c' }",
     "emails: 'a' emails: 'b' parts { text: 'a' } parts { text: 'b' }",
     "emails: 'c' parts { text: 'c' }"},
    {"a path twice and inside itself",
     {"main", "main.phone", "main"},
     "main { phone: '110' }",
     "main { text: 'a' }",
     "main { phone: '110' }"},
    {"star replaces all but the server's own",
     {"*"},
     "name: 'notes/b' title: 'b' create_time { seconds: 2 }",
     "name: 'notes/a' title: 'a' origin: 'a' create_time { seconds: 1 }",
     "name: 'notes/a' title: 'b' create_time { seconds: 1 }"},
    {"no mask takes what is set",
     {},
     "title: 'b' emails: 'b'",
     "title: 'a' origin: 'a' emails: 'a'",
     "title: 'b' origin: 'a' emails: 'b'"},
    {"the server's own fields are not named in",
     {"name", "create_time"},
     "name: 'notes/b' create_time { seconds: 2 }",
     "name: 'notes/a'",
     "name: 'notes/a'"},
    {"unknown paths are ignored", {"nothing", "title.x"}, "title: 'b'", "title: 'a'", "title: 'a'"},
    {"maps are replaced",
     {"labels"},
     "labels { key: 'b' value: '2' }",
     "labels { key: 'a' value: '1' }",
     "labels { key: 'b' value: '2' }"},
};

TEST(FieldMaskTest, EachCaseOfTheTable) {
  for (const MaskCase& mask_case : kMaskCases) {
    google::protobuf::FieldMask mask;
    for (const char* path : mask_case.paths) mask.add_paths(path);
    const Note source = FromText(mask_case.source);
    Note target = FromText(mask_case.target);
    ApplyMask(mask, source, &target);
    EXPECT_THAT(target, EqualsProto(FromText(mask_case.expected))) << mask_case.name;
    EXPECT_THAT(source, EqualsProto(FromText(mask_case.source))) << mask_case.name;
  }
}

TEST(FieldMaskTest, ImmutableFieldsMustStay) {
  const Note before = FromText("origin: 'a' title: 'a'");
  EXPECT_THAT(CheckImmutable(before, FromText("origin: 'a' title: 'b'")), IsOk());
  const absl::Status status = CheckImmutable(before, FromText("origin: 'b'"), "note.");
  EXPECT_THAT(status, HasReason("IMMUTABLE_FIELD"));
  EXPECT_EQ(errors::MetadataOf(status, "field"), "note.origin");
  EXPECT_THAT(CheckImmutable(before, FromText("title: 'a'")), HasReason("IMMUTABLE_FIELD"));
}

}  // namespace
}  // namespace schutznetz::rpc
