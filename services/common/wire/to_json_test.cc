#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "services/common/wire/json.h"
#include "services/common/wire/testdata/wire_test.pb.h"

namespace schutznetz::wire {
namespace {

class ToJsonTest : public testing::Test {
 protected:
  static std::string Json(const google::protobuf::Message& message, JsonOptions options = {}) {
    return JsonOfWire(message, message.SerializeAsString(), options);
  }
  static std::string JsonOfWire(const google::protobuf::Message& message, const std::string& wire,
                                JsonOptions options = {}) {
    const auto tables = *Tables::Build({message.GetDescriptor()});
    std::string json;
    const absl::Status status = ToJson(*tables->Find(message.GetDescriptor()->full_name()), wire, options, &json);
    return status.ok() ? json : std::string(status.message());
  }
};

TEST_F(ToJsonTest, NumbersOf64BitsAreStringsAndDoublesAreShortest) {
  test::Scalars scalars;
  scalars.set_a_double(0.1);
  scalars.set_a_float(0.1f);
  scalars.set_an_int32(-1);
  scalars.set_an_int64(-1);
  scalars.set_a_uint64(std::numeric_limits<uint64_t>::max());
  scalars.set_a_sint32(std::numeric_limits<int32_t>::min());
  EXPECT_EQ(
      Json(scalars),
      R"({"aDouble":0.1,"aFloat":0.1,"anInt32":-1,"anInt64":"-1","aUint64":"18446744073709551615","aSint32":-2147483648})");
}

TEST_F(ToJsonTest, DefaultsAreLeftOutUnlessPresenceCounts) {
  test::Optionals optionals;
  optionals.set_an_int32(0);
  optionals.set_a_string("");
  optionals.set_a_bool(false);
  EXPECT_EQ(Json(optionals), R"({"anInt32":0,"aBool":false,"aString":""})");
  EXPECT_EQ(Json(test::Scalars()), "{}");
  // Other serialisers may write defaults: an_int32 = 0 and a_string = "".
  EXPECT_EQ(JsonOfWire(test::Scalars(), std::string("\x18\x00\x72\x00", 4)), "{}");
  test::Choice choice;
  choice.set_number(0);
  EXPECT_EQ(Json(choice), R"({"number":0})");
}

TEST_F(ToJsonTest, NothingIsHtmlEscapedAndControlCharactersAre) {
  test::Scalars scalars;
  scalars.set_a_string(std::string("<a href=\"x\">&'/\\\n\r\t\b\f\0\x1f ä€😀", 33));
  EXPECT_EQ(Json(scalars), R"({"aString":"<a href=\"x\">&'/\\\n\r\t\b\f\u0000\u001f ä€😀"})");
}

TEST_F(ToJsonTest, LongStringsWithSpecialCharactersAtEveryPlaceSurvive) {
  for (size_t size = 0; size < 70; ++size) {
    for (size_t at = 0; at < size; ++at) {
      test::Scalars scalars;
      scalars.set_a_string(std::string(at, 'x') + "\"" + std::string(size - at - 1, 'y'));
      EXPECT_EQ(Json(scalars),
                "{\"aString\":\"" + std::string(at, 'x') + "\\\"" + std::string(size - at - 1, 'y') + "\"}");
    }
  }
}

TEST_F(ToJsonTest, ManyEscapesGrowTheBuffer) {
  test::Scalars scalars;
  scalars.set_a_string(std::string(10000, '\x01'));
  EXPECT_EQ(Json(scalars).size(), 10000 * 6 + std::string(R"({"aString":""})").size());
}

TEST_F(ToJsonTest, EnumsGoByNameAndUnknownOnesByNumber) {
  test::Lists lists;
  for (const int number : {0, 1, 7, 100000, -3, 5, -8}) lists.add_colours(static_cast<test::Colour>(number));
  EXPECT_EQ(Json(lists), R"({"colours":["COLOUR_UNSPECIFIED","RED","BLUE","FAR","MINUS",5,-8]})");
}

TEST_F(ToJsonTest, MapsAreSortedByKey) {
  test::Maps maps;
  for (const int key : {3, -1, 0}) (*maps.mutable_by_int32())[key] = key;
  (*maps.mutable_by_bool())[true] = "t";
  (*maps.mutable_texts())["b"] = "1";
  (*maps.mutable_texts())["a"] = "2";
  (*maps.mutable_by_sint32())[-5] = "x";
  (*maps.mutable_by_sint32())[4] = "y";
  EXPECT_EQ(Json(maps), R"({"texts":{"a":"2","b":"1"},"byInt32":{"-1":"-1","0":"0","3":"3"},)"
                        R"("bySint32":{"-5":"eA==","4":"eQ=="},"byBool":{"true":"t"}})");
}

TEST_F(ToJsonTest, OfEqualMapKeysTheLastCounts) {
  test::Maps first;
  (*first.mutable_texts())["k"] = "old";
  test::Maps second;
  (*second.mutable_texts())["k"] = "new";
  EXPECT_EQ(JsonOfWire(first, first.SerializeAsString() + second.SerializeAsString()), R"({"texts":{"k":"new"}})");
}

TEST_F(ToJsonTest, TimesHaveNoOrThreeOrSixOrNineDigits) {
  test::WellKnowns message;
  for (const int nanos : {0, 500'000'000, 1'000, 1}) {
    auto* time = message.add_times();
    time->set_seconds(-1);
    time->set_nanos(nanos);
  }
  message.mutable_duration()->set_nanos(-500'000'000);
  EXPECT_EQ(Json(message), R"({"duration":"-0.500s","times":["1969-12-31T23:59:59Z","1969-12-31T23:59:59.500Z",)"
                           R"("1969-12-31T23:59:59.000001Z","1969-12-31T23:59:59.000000001Z"]})");
}

TEST_F(ToJsonTest, TimesOutOfRangeAreDataLoss) {
  test::WellKnowns message;
  message.mutable_time()->set_seconds(253402300800);
  EXPECT_EQ(Json(message), "Not the bytes of a schutznetz.wire.test.WellKnowns.");
}

TEST_F(ToJsonTest, StringsThatAreNotUtf8AreDataLoss) {
  for (const char* bad : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "abc\xe2\x82", "\x80"}) {
    const std::string text = bad;
    EXPECT_EQ(JsonOfWire(test::Scalars(), std::string("\x72") + static_cast<char>(text.size()) + text),
              "Not the bytes of a schutznetz.wire.test.Scalars.");
  }
}

TEST_F(ToJsonTest, UnknownFieldsAreLeftOut) {
  test::RecordWithMore more;
  more.set_name("n");
  more.set_more("secret");
  EXPECT_EQ(JsonOfWire(test::Record(), more.SerializeAsString()), R"({"name":"n"})");
}

TEST_F(ToJsonTest, OutOfOrderInputIsPutInOrderAndCounted) {
  test::Scalars low;
  low.set_an_int32(1);
  test::Scalars high;
  high.set_a_string("s");
  const uint64_t before = OutOfOrderCount();
  EXPECT_EQ(JsonOfWire(low, high.SerializeAsString() + low.SerializeAsString()), R"({"anInt32":1,"aString":"s"})");
  EXPECT_EQ(OutOfOrderCount(), before + 1);
}

TEST_F(ToJsonTest, ElementsWithAnUnknownFieldBetweenAreOneMember) {
  test::Maps a, b;
  (*a.mutable_texts())["a"] = "1";
  (*b.mutable_texts())["b"] = "2";
  test::RecordWithMore unknown;
  unknown.set_more("x");
  EXPECT_EQ(JsonOfWire(a, a.SerializeAsString() + unknown.SerializeAsString() + b.SerializeAsString()),
            R"({"texts":{"a":"1","b":"2"}})");
}

TEST_F(ToJsonTest, OfTwoOneofMembersTheLastCounts) {
  test::Choice text;
  text.set_text("t");
  test::Choice number;
  number.set_number(5);
  EXPECT_EQ(JsonOfWire(text, number.SerializeAsString() + text.SerializeAsString()), R"({"text":"t"})");
  EXPECT_EQ(JsonOfWire(text, text.SerializeAsString() + number.SerializeAsString()), R"({"number":5})");
}

TEST_F(ToJsonTest, DeepMessagesAreRefusedInLinearTimeEvenOutOfOrder) {
  // Every level ends with a field that belongs before the child, so that each asks for putting in order.
  std::string wire;
  for (int depth = 0; depth < 60; ++depth) {
    const std::string inner = wire;
    wire = "\x3a";
    for (size_t size = inner.size();; size >>= 7) {
      wire.push_back(static_cast<char>(size < 128 ? size : (size & 127) | 128));
      if (size < 128) break;
    }
    wire += inner + std::string("\x0a\x00", 2);
  }
  EXPECT_EQ(JsonOfWire(test::Everything(), wire).substr(0, 40), R"({"scalars":{},"child":{"scalars":{},"chi)");
  std::string deep;
  for (int depth = 0; depth < 70; ++depth) {
    test::Everything holder;
    ASSERT_TRUE(holder.mutable_child()->ParseFromString(deep));
    deep = holder.SerializeAsString();
  }
  EXPECT_EQ(JsonOfWire(test::Everything(), deep), "Not the bytes of a schutznetz.wire.test.Everything.");
}

TEST_F(ToJsonTest, DetailsOfErrorsCarryTheirType) {
  google::rpc::Status status;
  status.set_code(3);
  status.set_message("m");
  google::rpc::ErrorInfo info;
  info.set_reason("INVALID_FIELD");
  status.add_details()->PackFrom(info);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(2);
  status.add_details()->PackFrom(retry);
  const auto types = *Tables::Build({google::rpc::ErrorInfo::descriptor(), google::rpc::RetryInfo::descriptor()});
  EXPECT_EQ(Json(status, {.any_types = types.get()}),
            R"({"code":3,"message":"m","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo",)"
            R"("reason":"INVALID_FIELD"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"2s"}]})");
}

TEST_F(ToJsonTest, PrettyPrintsTwoSpacesAndKeepsEmptyOnesTogether) {
  test::Everything message;
  message.mutable_scalars();
  message.mutable_lists()->add_int32s(1);
  message.mutable_lists()->add_int32s(2);
  message.set_far("a\"{b");
  EXPECT_EQ(Json(message, {.pretty = true}),
            "{\n  \"scalars\": {},\n  \"lists\": {\n    \"int32s\": [\n      1,\n      2\n    ]\n  },\n"
            "  \"far\": \"a\\\"{b\"\n}");
}

TEST_F(ToJsonTest, OneFieldAloneIsShownWithItsDefaultWhenAbsent) {
  const auto tables = *Tables::Build({test::Everything::descriptor()});
  const MessageTable& table = *tables->Find("schutznetz.wire.test.Everything");
  const auto show = [&table](std::string_view name, const std::string& wire) {
    std::string json;
    EXPECT_TRUE(FieldToJson(table, *table.ByName(name), wire, {}, &json).ok());
    return json;
  };
  test::Everything message;
  message.add_choices()->set_number(1);
  message.add_choices()->set_text("x");
  const std::string wire = message.SerializeAsString();
  EXPECT_EQ(show("choices", wire), R"([{"number":1},{"text":"x"}])");
  EXPECT_EQ(show("choices", wire + std::string("\x0a\x00", 2) + wire),
            R"([{"number":1},{"text":"x"},{"number":1},{"text":"x"}])");
  EXPECT_EQ(show("children", wire), "[]");
  EXPECT_EQ(show("scalars", wire), "{}");
  EXPECT_EQ(show("far", wire), R"("")");
}

TEST_F(ToJsonTest, FailureLeavesTheOutputAsItWas) {
  const auto tables = *Tables::Build({test::Scalars::descriptor()});
  std::string out = "before";
  const absl::Status status = ToJson(*tables->Find("schutznetz.wire.test.Scalars"), "\x72\x05xx", {}, &out);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(out, "before");
}

}  // namespace
}  // namespace schutznetz::wire
