#include "services/common/audit/entry.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/common/audit/audit_key.h"
#include "services/common/audit/checkpoint.h"

namespace schutznetz::audit {
namespace {

Entry SomeEntry() {
  return {.log = "directory-0123456789abcdef",
          .sequence = 17,
          .time = absl::FromUnixMicros(1772445600000001),
          .actor = "Zm9vYmFyYmF6",
          .fact = {Act::kRead, "service", "services/musterstelle-koeln", {"phones", "address.street"}},
          .method = "GetService",
          .request_id = "7f3a",
          .trace_id = "0af7651916cd43dd8448eb211c80319c",
          .previous = GenesisOf("x")};
}

TEST(EntryTest, ALineIsOneExactForm) {
  EXPECT_EQ(LineOf(SomeEntry()),
            R"({"log":"directory-0123456789abcdef","sequence":17,"time":"2026-03-02T10:00:00.000001Z",)"
            R"("actor":"Zm9vYmFyYmF6","act":"READ","kind":"service","object":"services/musterstelle-koeln",)"
            R"("fields":["phones","address.street"],"method":"GetService","request":"7f3a",)"
            R"("trace":"0af7651916cd43dd8448eb211c80319c",)"
            R"("previous":"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"})");
}

TEST(EntryTest, ALineComesBackAsItsEntry) {
  for (int act = 0; act < kActCount; ++act) {
    Entry entry = SomeEntry();
    entry.fact.act = static_cast<Act>(act);
    if (act == 0) entry.fact.fields.clear();
    const auto parsed = ParseLine(LineOf(entry));
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(LineOf(*parsed), LineOf(entry));
    EXPECT_EQ(parsed->fact.act, entry.fact.act);
    EXPECT_EQ(parsed->time, entry.time);
  }
}

TEST(EntryTest, AnyOtherWayToWriteALineIsRefused) {
  const std::string line = LineOf(SomeEntry());
  for (const std::string& other :
       {" " + line, line + " ", line + "\n", std::string(), line.substr(0, line.size() - 1),
        std::string(line).replace(line.find(":17"), 3, ": 17"), std::string(line).replace(line.find(":17"), 3, ":017"),
        std::string(line).replace(line.find("READ"), 4, "read"),
        std::string(line).replace(line.find(".000001Z"), 8, ".00000100Z"),
        std::string(line).replace(line.find("phones"), 6, "ph\\u006fnes")}) {
    EXPECT_FALSE(ParseLine(other).ok()) << other;
  }
}

TEST(EntryTest, TextsThatCouldHoldContentAreRefused) {
  for (const std::string& text : {std::string("Musterstraße 1"), std::string("a b"), std::string("a\"b"),
                                  std::string("a@b"), std::string("+49"), std::string(201, 'a')}) {
    Entry entry = SomeEntry();
    entry.fact.object = text;
    EXPECT_EQ(CheckEntry(entry).code(), absl::StatusCode::kInternal) << text;
    entry = SomeEntry();
    entry.fact.fields.push_back(text);
    EXPECT_EQ(CheckEntry(entry).code(), absl::StatusCode::kInternal) << text;
  }
  EXPECT_TRUE(CheckEntry(SomeEntry()).ok());
}

TEST(AuditKeyTest, APrincipalHasOnePseudonymPerKey) {
  const AuditKey key = AuditKey::Random();
  EXPECT_EQ(key.Pseudonym("members/a").size(), 22);
  EXPECT_EQ(key.Pseudonym("members/a"), key.Pseudonym("members/a"));
  EXPECT_NE(key.Pseudonym("members/a"), key.Pseudonym("members/b"));
  EXPECT_NE(key.Pseudonym("members/a"), AuditKey::Random().Pseudonym("members/a"));
  EXPECT_EQ(key.Pseudonym(""), "public");
}

TEST(AuditKeyTest, AKeyIsReadFromItsText) {
  const std::string text = AuditKey::NewText();
  const auto key = AuditKey::FromText(text);
  ASSERT_TRUE(key.ok());
  EXPECT_EQ(key->public_key(), AuditKey::FromText(text)->public_key());
  EXPECT_TRUE(IsPublicKey(key->public_key()));
  EXPECT_FALSE(IsPublicKey(text));
  EXPECT_FALSE(AuditKey::FromText(key->public_key()).ok());
  EXPECT_FALSE(AuditKey::FromText(text.substr(1)).ok());
  EXPECT_FALSE(AuditKey::FromText(text + "A").ok());
}

TEST(CheckpointTest, IsFoundInALogLineAndOpened) {
  const AuditKey key = AuditKey::Random();
  const Checkpoint checkpoint{
      .log = "directory-01", .count = 12, .time = absl::FromUnixMicros(5), .head = GenesisOf("x")};
  const std::string text = SignedText(checkpoint, key);
  const std::string line = R"({"event":"audit_checkpoint","checkpoint":")" + text + R"(","count":12})";
  EXPECT_EQ(FindCheckpoint(line), text);
  EXPECT_EQ(FindCheckpoint("nothing here"), "");
  const auto opened = OpenCheckpoint(text, {AuditKey::Random().public_key(), key.public_key()});
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->count, 12);
  EXPECT_EQ(opened->head, checkpoint.head);
}

TEST(CheckpointTest, OneThatIsChangedOrSignedByAnotherKeyIsRefused) {
  const AuditKey key = AuditKey::Random();
  const std::string text =
      SignedText({.log = "directory-01", .count = 12, .time = absl::FromUnixMicros(5), .head = GenesisOf("x")}, key);
  EXPECT_EQ(OpenCheckpoint(text, {AuditKey::Random().public_key()}).status().code(),
            absl::StatusCode::kPermissionDenied);
  for (size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == '1' ? '2' : '1';
    // The last character of base64 holds bits that do not count; they must be zero.
    EXPECT_FALSE(OpenCheckpoint(changed, {key.public_key()}).ok()) << i;
  }
}

}  // namespace
}  // namespace schutznetz::audit
