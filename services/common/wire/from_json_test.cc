#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/protobuf/util/message_differencer.h"
#include "services/common/wire/json.h"
#include "services/common/wire/testdata/wire_test.pb.h"

namespace schutznetz::wire {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FromJsonTest : public testing::Test {
 protected:
  FromJsonTest() : tables_(*Tables::Build({test::Everything::descriptor(), test::Answer::descriptor()})) {}

  const MessageTable& TableOf(const google::protobuf::Message& message) const {
    return *tables_->Find(message.GetDescriptor()->full_name());
  }

  // What is wrong with the body: "ok", "malformed at N: sentence" or "path: sentence" for each violation.
  template <typename M>
  std::string Outcome(std::string_view json, M* message, FromJsonOptions options = {}) const {
    std::string wire;
    FromJsonResult result;
    const absl::Status status = FromJson(TableOf(*message), json, options, &wire, &result);
    if (!status.ok()) {
      EXPECT_EQ(errors::ReasonOf(status), "MALFORMED_BODY");
      EXPECT_EQ(wire, "");
      return "malformed at " + errors::MetadataOf(status, "offset");
    }
    std::string outcome;
    for (const FieldViolation& violation : result.violations) {
      outcome += (outcome.empty() ? "" : "; ") + violation.field + ": " + violation.description;
    }
    if (!outcome.empty()) return outcome;
    EXPECT_TRUE(message->ParseFromString(wire)) << json;
    return "ok";
  }
  template <typename M>
  std::string OutcomeOf(std::string_view json) const {
    M message;
    return Outcome(json, &message);
  }
  template <typename M>
  M Read(std::string_view json) const {
    M message;
    EXPECT_EQ(Outcome(json, &message), "ok") << json;
    return message;
  }

  std::unique_ptr<const Tables> tables_;
};

TEST_F(FromJsonTest, WhatIsNotStrictJsonIsRefusedWithItsOffset) {
  struct Row {
    const char* name;
    std::string json;
    const char* offset;
  };
  const Row rows[] = {
      {"empty", "", "0"},
      {"white space only", "  ", "2"},
      {"array at the root", "[]", "0"},
      {"scalar at the root", "1", "0"},
      {"null at the root", "null", "0"},
      {"byte order mark", "\xef\xbb\xbf{}", "0"},
      {"unclosed", "{", "1"},
      {"trailing comma", R"({"anInt32":1,})", "13"},
      {"leading comma", R"({,"anInt32":1})", "1"},
      {"no comma", R"({"anInt32":1 "aBool":true})", "13"},
      {"no colon", R"({"anInt32" 1})", "11"},
      {"no value", R"({"anInt32":})", "11"},
      {"unquoted name", "{anInt32:1}", "1"},
      {"single quotes", "{'anInt32':1}", "1"},
      {"comment", "{/* */}", "1"},
      {"text after the value", "{} x", "3"},
      {"second value", "{}{}", "2"},
      {"NUL after the value", std::string("{}\0", 3), "2"},
      {"form feed as space", "{\f}", "1"},
      {"duplicate member", R"({"anInt32":1,"anInt32":1})", "23"},
      {"duplicate member by its other name", R"({"anInt32":1,"an_int32":1})", "24"},
      {"duplicate member by escapes", R"({"anInt32":1,"an\u0049nt32":1})", "28"},
      {"duplicate unknown member", R"({"x":1,"x":1})", "11"},
      {"duplicate member inside an unknown one", R"({"x":{"a":1,"a":2}})", "16"},
      {"lone high surrogate", R"({"aString":"\ud800"})", "18"},
      {"high surrogate before a plain character", R"({"aString":"\ud800a"})", "18"},
      {"two high surrogates", R"({"aString":"\ud800\ud800"})", "18"},
      {"lone low surrogate", R"({"aString":"\udc00"})", "12"},
      {"unknown escape", R"({"aString":"\x41"})", "12"},
      {"short unicode escape", R"({"aString":"\u12"})", "12"},
      {"raw control character", "{\"aString\":\"a\nb\"}", "13"},
      {"raw NUL", std::string("{\"aString\":\"a\0b\"}", 17), "13"},
      {"invalid UTF-8", "{\"aString\":\"\xff\"}", "13"},
      {"overlong UTF-8", "{\"aString\":\"\xc0\xaf\"}", "14"},
      {"surrogate in UTF-8", "{\"aString\":\"\xed\xa0\x80\"}", "15"},
      {"invalid UTF-8 in a name", "{\"\xff\":1}", "3"},
      {"plus sign", R"({"anInt32":+1})", "11"},
      {"leading zero", R"({"anInt32":01})", "11"},
      {"point without digits", R"({"anInt32":1.})", "11"},
      {"point first", R"({"anInt32":.5})", "11"},
      {"exponent without digits", R"({"anInt32":1e})", "11"},
      {"hexadecimal", R"({"anInt32":0x1})", "12"},
      {"NaN", R"({"aDouble":NaN})", "11"},
      {"Infinity", R"({"aDouble":Infinity})", "11"},
      {"-Infinity", R"({"aDouble":-Infinity})", "11"},
      {"capital word", R"({"aBool":True})", "9"},
      {"word running on", R"({"aBool":trueish})", "13"},
      {"unclosed string", R"({"aString":"abc)", "15"},
      {"ends in an escape", R"({"aString":"abc\)", "15"},
      {"array closed by a brace", R"({"x":[1})", "7"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(OutcomeOf<test::Scalars>(row.json), std::string("malformed at ") + row.offset) << row.name;
  }
}

TEST_F(FromJsonTest, DepthIsLimitedTo32) {
  const auto nested = [](int depth) {
    std::string json;
    for (int i = 1; i < depth; ++i) json += R"({"child":)";
    return json + "{}" + std::string(static_cast<size_t>(depth - 1), '}');
  };
  EXPECT_EQ(OutcomeOf<test::Everything>(nested(32)), "ok");
  EXPECT_THAT(OutcomeOf<test::Everything>(nested(33)), HasSubstr("malformed"));
  // The case that takes protobuf's own parser more than twenty seconds.
  EXPECT_THAT(OutcomeOf<test::Everything>(R"({"x":)" + std::string(100'000, '[')), HasSubstr("malformed"));
  EXPECT_EQ(OutcomeOf<test::Everything>(R"({"x":)" + std::string(31, '[') + std::string(31, ']') + "}"),
            "x: No such field.");
}

TEST_F(FromJsonTest, TheNumberOfValuesIsLimited) {
  const auto list = [](int count) {
    std::string json = R"({"int32s":[1)";
    for (int i = 1; i < count; ++i) json += ",1";
    return json + "]}";
  };
  EXPECT_EQ(OutcomeOf<test::Lists>(list(kJsonNodesMax - 2)), "ok");
  EXPECT_THAT(OutcomeOf<test::Lists>(list(kJsonNodesMax - 1)), HasSubstr("malformed"));
}

TEST_F(FromJsonTest, StringsAreLimitedTo64KiB) {
  const auto text = [](size_t size) { return R"({"aString":")" + std::string(size, 'x') + "\"}"; };
  EXPECT_EQ(OutcomeOf<test::Scalars>(text(kJsonStringBytesMax)), "ok");
  EXPECT_THAT(OutcomeOf<test::Scalars>(text(kJsonStringBytesMax + 1)), HasSubstr("malformed"));
  EXPECT_THAT(OutcomeOf<test::Scalars>(R"({"aString":"\n)" + std::string(kJsonStringBytesMax, 'x') + "\"}"),
              HasSubstr("malformed"));
}

TEST_F(FromJsonTest, MembersInAnyOrderGiveBytesInFieldOrder) {
  test::Everything expected;
  expected.mutable_scalars()->set_an_int32(1);
  expected.mutable_scalars()->set_a_string("s");
  expected.mutable_lists()->add_int32s(7);
  expected.set_far("f");
  std::string wire;
  FromJsonResult result;
  ASSERT_TRUE(FromJson(TableOf(expected), R"({"far":"f","lists":{"int32s":[7]},"scalars":{"aString":"s","anInt32":1}})",
                       {}, &wire, &result)
                  .ok());
  EXPECT_EQ(wire, expected.SerializeAsString());
}

TEST_F(FromJsonTest, BothNamesAndWhiteSpaceAreAccepted) {
  EXPECT_EQ(Read<test::Scalars>(" {\n\t\"an_int32\" : 1 ,\r\n \"aString\":\"x\" } ").an_int32(), 1);
  EXPECT_EQ(Read<test::Everything>(R"({"anotherName":"x"})").renamed_field(), "x");
  EXPECT_EQ(Read<test::Everything>(R"({"renamed_field":"x"})").renamed_field(), "x");
}

TEST_F(FromJsonTest, EscapesAreDecoded) {
  EXPECT_EQ(Read<test::Scalars>(R"({"aString":"\"\\\/\n\t\u00e4\u20ac\ud83d\ude00 end"})").a_string(),
            "\"\\/\n\tä€😀 end");
  EXPECT_EQ(Read<test::Scalars>(R"({"a\u0053tring":"x"})").a_string(), "x");
}

TEST_F(FromJsonTest, WholeNumbersMayBeWrittenInManyWays) {
  EXPECT_EQ(Read<test::Scalars>(R"({"anInt32":1.0})").an_int32(), 1);
  EXPECT_EQ(Read<test::Scalars>(R"({"anInt32":1e2})").an_int32(), 100);
  EXPECT_EQ(Read<test::Scalars>(R"({"anInt32":-1.50E1})").an_int32(), -15);
  EXPECT_EQ(Read<test::Scalars>(R"({"anInt32":1200e-2})").an_int32(), 12);
  EXPECT_EQ(Read<test::Scalars>(R"({"anInt32":"7"})").an_int32(), 7);
  EXPECT_EQ(Read<test::Scalars>(R"({"anInt64":9223372036854775807})").an_int64(), INT64_MAX);
  EXPECT_EQ(Read<test::Scalars>(R"({"anInt64":"-9223372036854775808"})").an_int64(), INT64_MIN);
  EXPECT_EQ(Read<test::Scalars>(R"({"anInt64":9.223372036854775807e18})").an_int64(), INT64_MAX);
  EXPECT_EQ(Read<test::Scalars>(R"({"aUint64":18446744073709551615})").a_uint64(), UINT64_MAX);
  EXPECT_EQ(Read<test::Scalars>(R"({"aUint32":-0})").a_uint32(), 0u);
  EXPECT_EQ(Read<test::Scalars>(R"({"aUint64":0e999999999})").a_uint64(), 0u);
}

TEST_F(FromJsonTest, NumbersThatDoNotFitAreViolations) {
  constexpr char kInt32[] = "anInt32: Must be a whole number from -2147483648 to 2147483647.";
  for (const char* number : {"2147483648", "-2147483649", "1.5", "1e10", "1e-1", "1e999999999999", "\"x\"", "\"\"",
                             "\" 1\"", "\"01\"", "\"0x1\"", "true", "99999999999999999999999"}) {
    EXPECT_EQ(OutcomeOf<test::Scalars>(std::string(R"({"anInt32":)") + number + "}"), kInt32) << number;
  }
  EXPECT_EQ(OutcomeOf<test::Scalars>(R"({"aUint32":-1})"), "aUint32: Must be a whole number from 0 to 4294967295.");
  EXPECT_EQ(OutcomeOf<test::Scalars>(R"({"aUint64":18446744073709551616})"),
            "aUint64: Must be a whole number from 0 to 18446744073709551615.");
  EXPECT_EQ(OutcomeOf<test::Scalars>(R"({"aDouble":1e999})"), "aDouble: The number is out of range.");
  EXPECT_EQ(OutcomeOf<test::Scalars>(R"({"aFloat":1e39})"), "aFloat: The number is out of range.");
  for (const char* word : {"NaN", "Infinity", "-Infinity", "inf", "0x1p3", "1,5"}) {
    EXPECT_EQ(OutcomeOf<test::Scalars>(std::string(R"({"aDouble":")") + word + "\"}"), "aDouble: Must be a number.");
  }
}

TEST_F(FromJsonTest, WrongTypesAreViolations) {
  EXPECT_EQ(OutcomeOf<test::Scalars>(R"({"aString":1})"), "aString: Must be a string.");
  EXPECT_EQ(OutcomeOf<test::Scalars>(R"({"aString":{"a":[1]}})"), "aString: Must not be an object or an array.");
  EXPECT_EQ(OutcomeOf<test::Scalars>(R"({"aBool":"true"})"), "aBool: Must be true or false.");
  EXPECT_EQ(OutcomeOf<test::Scalars>(R"({"aBool":1})"), "aBool: Must be true or false.");
  EXPECT_EQ(OutcomeOf<test::Scalars>(R"({"aBytes":"a"})"), "aBytes: Must be base64.");
  EXPECT_EQ(OutcomeOf<test::Scalars>(R"({"aColour":"GREEN"})"),
            "aColour: Must be one of: COLOUR_UNSPECIFIED, RED, ROT, BLUE, FAR, MINUS.");
  EXPECT_EQ(OutcomeOf<test::Everything>(R"({"scalars":[]})"), "scalars: Must be an object.");
  EXPECT_EQ(OutcomeOf<test::Lists>(R"({"int32s":1})"), "int32s: Must be an array.");
  EXPECT_EQ(OutcomeOf<test::Lists>(R"({"int32s":[[1]]})"), "int32s[0]: Must not be an object or an array.");
  EXPECT_EQ(OutcomeOf<test::Maps>(R"({"texts":[]})"), "texts: Must be an object.");
}

TEST_F(FromJsonTest, EnumsGoByNameAliasOrNumber) {
  EXPECT_EQ(Read<test::Scalars>(R"({"aColour":"ROT"})").a_colour(), test::RED);
  EXPECT_EQ(Read<test::Scalars>(R"({"aColour":-3})").a_colour(), test::MINUS);
  EXPECT_EQ(Read<test::Scalars>(R"({"aColour":77})").a_colour(), 77);
}

TEST_F(FromJsonTest, AllViolationsAreReportedAtOnceWithTheirPaths) {
  EXPECT_EQ(OutcomeOf<test::Everything>(
                R"({"scalars":{"anInt32":"x","zzz":1},"children":[{},{"lists":{"messages":[{"aBool":3}]}}],)"
                R"("maps":{"byInt32":{"a.b":"1","5":"no"}}})"),
            "scalars.anInt32: Must be a whole number from -2147483648 to 2147483647.; scalars.zzz: No such field.; "
            "children[1].lists.messages[0].aBool: Must be true or false.; "
            "maps.byInt32[\"a.b\"]: Must be a whole number from -2147483648 to 2147483647.; "
            "maps.byInt32[\"5\"]: Must be a whole number from -9223372036854775808 to 9223372036854775807.");
}

TEST_F(FromJsonTest, ViolationsAreBoundedAndSyntaxStillCounts) {
  std::string json = "{";
  for (int i = 0; i < 200; ++i) json += (i == 0 ? "\"x" : ",\"x") + std::to_string(i) + "\":1";
  std::string wire;
  FromJsonResult result;
  ASSERT_TRUE(FromJson(TableOf(test::Scalars()), json + "}", {}, &wire, &result).ok());
  EXPECT_EQ(result.violations.size(), kViolationsMax);
  EXPECT_THAT(OutcomeOf<test::Scalars>(json + ",}"), HasSubstr("malformed"));
}

TEST_F(FromJsonTest, UnknownMembersMayBeIgnored) {
  test::Scalars message;
  EXPECT_EQ(Outcome(R"({"x":{"y":[1,"a",null,true]},"anInt32":1})", &message, {.ignore_unknown = true}), "ok");
  EXPECT_EQ(message.an_int32(), 1);
  EXPECT_THAT(Outcome(R"({"x":{"y":[1,}})", &message, {.ignore_unknown = true}), HasSubstr("malformed"));
}

TEST_F(FromJsonTest, PathsBeginWithThePrefix) {
  test::Scalars message;
  EXPECT_EQ(Outcome(R"({"x":1})", &message, {.path_prefix = "service"}), "service.x: No such field.");
}

TEST_F(FromJsonTest, NullIsAbsence) {
  EXPECT_EQ(Read<test::Everything>(R"({"scalars":null,"lists":null,"maps":null,"far":null})").ByteSizeLong(), 0u);
  EXPECT_FALSE(Read<test::Optionals>(R"({"anInt32":null})").has_an_int32());
  EXPECT_TRUE(Read<test::Choice>(R"({"text":null,"number":1})").has_number());
  EXPECT_EQ(OutcomeOf<test::Lists>(R"({"strings":["a",null]})"), "strings[1]: Must not be null.");
  EXPECT_EQ(OutcomeOf<test::Maps>(R"({"texts":{"a":null}})"), "texts[\"a\"]: Must not be null.");
}

TEST_F(FromJsonTest, TwoMembersOfAOneofAreAViolation) {
  EXPECT_THAT(OutcomeOf<test::Choice>(R"({"text":"a","number":1})"), HasSubstr("number: Excludes another member"));
  EXPECT_EQ(OutcomeOf<test::Choice>(R"({"text":"a","left":"b"})"), "ok");
}

TEST_F(FromJsonTest, PresenceOfDefaultsIsKeptWhereItCounts) {
  EXPECT_TRUE(Read<test::Optionals>(R"({"anInt32":0})").has_an_int32());
  EXPECT_EQ(Read<test::Choice>(R"({"number":0})").choice_case(), test::Choice::kNumber);
  std::string wire;
  FromJsonResult result;
  ASSERT_TRUE(
      FromJson(TableOf(test::Scalars()), R"({"anInt32":0,"aString":"","aDouble":0,"aBool":false})", {}, &wire, &result)
          .ok());
  EXPECT_EQ(wire, "");
}

TEST_F(FromJsonTest, TextIsHeldToTheTextRules) {
  EXPECT_EQ(OutcomeOf<test::Scalars>(R"({"aString":"\u0000"})"),
            "aString: Must not contain control characters other than tab and line feed.");
  EXPECT_EQ(OutcomeOf<test::Scalars>("{\"aString\":\"\x7f\"}"),
            "aString: Must not contain control characters other than tab and line feed.");
  EXPECT_EQ(OutcomeOf<test::Scalars>(R"({"aString":"\u202eabc"})"),
            "aString: Must not contain bidirectional override or isolate characters.");
  EXPECT_EQ(OutcomeOf<test::Scalars>("{\"aString\":\"a\xcc\x88\"}"),
            "aString: Must be in Unicode normalization form C.");
  EXPECT_EQ(OutcomeOf<test::WellKnowns>(R"({"text":"\u0001"})"),
            "text: Must not contain control characters other than tab and line feed.");
  EXPECT_EQ(OutcomeOf<test::Maps>(R"({"texts":{"\u0001":"a"}})"),
            "texts[\"\x01\"]: Must not contain control characters other than tab and line feed.");
  EXPECT_EQ(Read<test::Scalars>("{\"aString\":\"Gr\u00fc\u00dfe \u00fcber\"}").a_string(), "Grüße über");
}

TEST_F(FromJsonTest, MapKeysAreCanonical) {
  const auto maps =
      Read<test::Maps>(R"({"byInt32":{"-1":"5"},"byBool":{"true":"t"},"byUint64":{"18446744073709551615":"RED"},)"
                       R"("bySfixed64":{"3":{}},"times":{"x":"1970-01-01T00:00:01Z"}})");
  EXPECT_EQ(maps.by_int32().at(-1), 5);
  EXPECT_EQ(maps.by_bool().at(true), "t");
  EXPECT_EQ(maps.by_uint64().at(UINT64_MAX), test::RED);
  EXPECT_EQ(maps.times().at("x").seconds(), 1);
  EXPECT_EQ(OutcomeOf<test::Maps>(R"({"byBool":{"1":"t"}})"), "byBool[\"1\"]: Must be true or false.");
  EXPECT_THAT(OutcomeOf<test::Maps>(R"({"byInt32":{"1.0":"1"}})"), HasSubstr("byInt32[\"1.0\"]: Must be a whole"));
  EXPECT_THAT(OutcomeOf<test::Maps>(R"({"texts":{"a":"1","a":"2"}})"), HasSubstr("malformed"));
}

TEST_F(FromJsonTest, WellKnownTypesHaveTheirOwnForms) {
  const auto message = Read<test::WellKnowns>(
      R"({"time":"2026-11-22T02:00:00+01:00","duration":"-0.5s","mask":"displayName,address.city","empty":{},)"
      R"("text":"","number":"5","flag":false,"data":"-_8","numbers":[1,0]})");
  EXPECT_EQ(message.time().seconds(), 1795309200);
  EXPECT_EQ(message.duration().nanos(), -500'000'000);
  EXPECT_THAT(message.mask().paths(), ElementsAre("display_name", "address.city"));
  EXPECT_TRUE(message.has_empty());
  EXPECT_TRUE(message.has_text());
  EXPECT_EQ(message.number().value(), 5);
  EXPECT_TRUE(message.has_flag());
  EXPECT_EQ(message.data().value(), "\xfb\xff");
  EXPECT_EQ(message.numbers_size(), 2);
  EXPECT_THAT(OutcomeOf<test::WellKnowns>(R"({"time":"gestern"})"), HasSubstr("time: Must be a time as in RFC 3339"));
  EXPECT_THAT(OutcomeOf<test::WellKnowns>(R"({"time":5})"), HasSubstr("time: Must be a time"));
  EXPECT_THAT(OutcomeOf<test::WellKnowns>(R"({"time":{}})"), HasSubstr("time: Must not be an object"));
  EXPECT_THAT(OutcomeOf<test::WellKnowns>(R"({"mask":"a,,b"})"), HasSubstr("mask: Must be field paths"));
  EXPECT_THAT(OutcomeOf<test::WellKnowns>(R"({"mask":"a,"})"), HasSubstr("mask: Must be field paths"));
  EXPECT_EQ(OutcomeOf<test::WellKnowns>(R"({"empty":{"a":1}})"), "empty.a: No such field.");
  EXPECT_EQ(OutcomeOf<test::WellKnowns>(R"({"number":{"value":1}})"), "number: Must not be an object or an array.");
}

TEST_F(FromJsonTest, PresentPathsNameLeavesWholeListsAndCleared) {
  std::string wire;
  FromJsonResult result{.want_present_paths = true};
  ASSERT_TRUE(FromJson(TableOf(test::Everything()),
                       R"({"scalars":{"anInt32":0,"aString":"x"},"lists":{"int32s":[]},"maps":null,"child":{},)"
                       R"("choices":[{"text":"a"}],"wellKnowns":{"time":"1970-01-01T00:00:00Z","text":"a","empty":{}},)"
                       R"("choice":{"message":{"aBool":true}},"children":null})",
                       {}, &wire, &result)
                  .ok());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_THAT(result.present_paths, ElementsAre("scalars.an_int32", "scalars.a_string", "lists.int32s", "maps", "child",
                                                "choices", "well_knowns.time", "well_knowns.text", "well_knowns.empty",
                                                "choice.message.a_bool", "children"));
}

TEST_F(FromJsonTest, PresentPathsLeaveOutWhatOnlyServersSet) {
  std::string wire;
  FromJsonResult result{.want_present_paths = true};
  ASSERT_TRUE(FromJson(TableOf(test::Answer()),
                       R"({"name":"a","title":"b","updateTime":null,"inner":{"name":"c"},"summary":{"title":"d"}})", {},
                       &wire, &result)
                  .ok());
  EXPECT_THAT(result.violations, IsEmpty());
  EXPECT_THAT(result.present_paths, ElementsAre("title"));
}

TEST_F(FromJsonTest, OneFieldAloneMayBeAMessageAListOrAScalar) {
  const MessageTable& table = TableOf(test::Everything());
  const auto read = [&table](std::string_view name, std::string_view json) {
    std::string wire;
    FromJsonResult result{.want_present_paths = true};
    EXPECT_TRUE(FieldFromJson(*table.ByName(name), json, {.path_prefix = name}, &wire, &result).ok());
    test::Everything message;
    EXPECT_TRUE(!result.violations.empty() || message.ParseFromString(wire));
    for (const auto& violation : result.violations) message.set_far(violation.field + ": " + violation.description);
    for (const auto& path : result.present_paths) message.set_very_far(message.very_far() + path + ";");
    return message;
  };
  EXPECT_EQ(read("scalars", R"({"anInt32":3})").scalars().an_int32(), 3);
  EXPECT_EQ(read("scalars", R"({"anInt32":3})").very_far(), "an_int32;");
  EXPECT_EQ(read("children", R"([{},{}])").children_size(), 2);
  EXPECT_EQ(read("renamed_field", R"("x")").renamed_field(), "x");
  EXPECT_TRUE(read("scalars", "{}").has_scalars());
  EXPECT_FALSE(read("scalars", "null").has_scalars());
  EXPECT_EQ(read("scalars", "[]").far(), "scalars: Must be an object.");
  EXPECT_EQ(read("children", "[1]").far(), "children[0]: Must be an object.");
}

TEST(JsonPointerTest, PathsBecomePointers) {
  EXPECT_EQ(JsonPointer("phones[0].number"), "/phones/0/number");
  EXPECT_EQ(JsonPointer("labels[\"a/b~c.d\"]"), "/labels/a~1b~0c.d");
  EXPECT_EQ(JsonPointer("m[\"k\"].x[12]"), "/m/k/x/12");
  EXPECT_EQ(JsonPointer("a"), "/a");
  EXPECT_EQ(JsonPointer(""), "");
  EXPECT_EQ(JsonPointer("a[\"unclosed"), "/a/unclosed");
  EXPECT_EQ(JsonPointer("a[3"), "/a/3");
}

}  // namespace
}  // namespace schutznetz::wire
