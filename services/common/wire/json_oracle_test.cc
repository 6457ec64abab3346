// Compares the JSON of wire/ with that of protobuf's own (slow, lenient) library, on random messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "schutznetz/directory/v1/location.pb.h"
#include "schutznetz/directory/v1/organization.pb.h"
#include "schutznetz/directory/v1/service.pb.h"
#include "services/common/wire/json.h"
#include "services/common/wire/testdata/random_message.h"
#include "services/common/wire/testdata/wire_test.pb.h"

namespace schutznetz::wire {
namespace {

using google::protobuf::Message;
using google::protobuf::util::MessageDifferencer;

constexpr int kRounds = 300;

std::string PeerJson(const Message& message) {
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
  return json;
}

google::protobuf::Struct AsStruct(const std::string& json) {
  google::protobuf::Struct result;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &result).ok()) << json;
  return result;
}

// The same members and values; numbers may be written with more or fewer digits.
bool SameJson(const std::string& a, const std::string& b, std::string* difference) {
  MessageDifferencer differencer;
  differencer.set_float_comparison(MessageDifferencer::APPROXIMATE);
  differencer.ReportDifferencesToString(difference);
  return differencer.Compare(AsStruct(a), AsStruct(b));
}

class JsonOracleTest : public testing::TestWithParam<const Message*> {
 protected:
  JsonOracleTest() : tables_(*Tables::Build({GetParam()->GetDescriptor()})) {}

  const MessageTable& table() const { return *tables_->Find(GetParam()->GetDescriptor()->full_name()); }
  std::unique_ptr<Message> Random(uint32_t seed) const {
    std::unique_ptr<Message> message(GetParam()->New());
    test::RandomMessage(seed).Fill(message.get());
    return message;
  }
  std::string OurJson(const std::string& wire) const {
    const std::string json = OurJsonOrStatus(wire);
    EXPECT_THAT(json, testing::StartsWith("{"));
    return json;
  }
  std::string OurJsonOrStatus(const std::string& wire) const {
    std::string json;
    const absl::Status status = ToJson(table(), wire, {}, &json);
    return status.ok() ? json : status.ToString();
  }
  std::string OurWire(const std::string& json) const {
    std::string wire;
    FromJsonResult result;
    const absl::Status status = FromJson(table(), json, {}, &wire, &result);
    EXPECT_TRUE(status.ok()) << status << json;
    for (const FieldViolation& violation : result.violations) ADD_FAILURE() << violation.field << violation.description;
    return wire;
  }

  std::unique_ptr<const Tables> tables_;
};

TEST_P(JsonOracleTest, ToJsonSaysTheSameAsProtobuf) {
  for (uint32_t seed = 0; seed < kRounds; ++seed) {
    const std::unique_ptr<Message> message = Random(seed);
    const std::string ours = OurJson(message->SerializeAsString());
    std::string difference;
    ASSERT_TRUE(SameJson(ours, PeerJson(*message), &difference)) << "seed " << seed << difference << ours;
    const std::unique_ptr<Message> back(message->New());
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(ours, back.get()).ok()) << ours;
    EXPECT_TRUE(MessageDifferencer::Equals(*message, *back)) << "seed " << seed << ours;
  }
}

TEST_P(JsonOracleTest, FromJsonReadsWhatProtobufWrites) {
  for (uint32_t seed = 0; seed < kRounds; ++seed) {
    const std::unique_ptr<Message> message = Random(seed);
    const std::unique_ptr<Message> back(message->New());
    ASSERT_TRUE(back->ParseFromString(OurWire(PeerJson(*message))));
    std::string difference;
    MessageDifferencer differencer;
    differencer.set_float_comparison(
        MessageDifferencer::APPROXIMATE);  // protobuf writes doubles with 17 digits at most
    differencer.ReportDifferencesToString(&difference);
    EXPECT_TRUE(differencer.Compare(*message, *back)) << "seed " << seed << difference;
  }
}

TEST_P(JsonOracleTest, OwnJsonComesBackAsTheSameMessageInOrder) {
  for (uint32_t seed = 0; seed < kRounds; ++seed) {
    const std::unique_ptr<Message> message = Random(seed);
    const std::string json = OurJson(message->SerializeAsString());
    const std::string wire = OurWire(json);
    const std::unique_ptr<Message> back(message->New());
    ASSERT_TRUE(back->ParseFromString(wire));
    EXPECT_TRUE(MessageDifferencer::Equals(*message, *back)) << "seed " << seed;
    const uint64_t out_of_order_before = OutOfOrderCount();
    EXPECT_EQ(OurJson(wire), json);
    EXPECT_EQ(OutOfOrderCount(), out_of_order_before);
  }
}

TEST_P(JsonOracleTest, ConcatenatedMessagesAreMergedAsAParserDoes) {
  for (uint32_t seed = 0; seed < kRounds; ++seed) {
    const std::string both = Random(seed)->SerializeAsString() + Random(seed + 1000)->SerializeAsString();
    const std::unique_ptr<Message> merged(GetParam()->New());
    ASSERT_TRUE(merged->ParseFromString(both));
    // Merged durations may be out of range, for both.
    EXPECT_EQ(OurJsonOrStatus(both), OurJsonOrStatus(merged->SerializeAsString())) << "seed " << seed;
  }
}

TEST_P(JsonOracleTest, PrettyJsonSaysTheSame) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const std::unique_ptr<Message> message = Random(seed);
    std::string pretty;
    ASSERT_TRUE(ToJson(table(), message->SerializeAsString(), {.pretty = true}, &pretty).ok());
    EXPECT_EQ(OurWire(pretty), OurWire(OurJson(message->SerializeAsString())));
  }
}

TEST_P(JsonOracleTest, CutAndDamagedBytesNeverDoHarm) {
  for (uint32_t seed = 0; seed < 40; ++seed) {
    const std::string wire = Random(seed)->SerializeAsString();
    for (size_t size = 0; size < wire.size(); size += 1 + size / 50) {
      std::string damaged(wire, 0, size);
      std::string json;
      (void)ToJson(table(), damaged, {}, &json).ok();
      if (size > 0) damaged[size / 2] = static_cast<char>(damaged[size / 2] ^ 0x55);
      (void)ToJson(table(), damaged, {}, &json).ok();
    }
  }
}

TEST_P(JsonOracleTest, CutJsonIsRefused) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    const std::string json = OurJson(Random(seed)->SerializeAsString());
    for (size_t size = 0; size < json.size(); size += 1 + size / 50) {
      std::string wire = "kept";
      FromJsonResult result;
      EXPECT_FALSE(FromJson(table(), json.substr(0, size), {}, &wire, &result).ok());
      EXPECT_EQ(wire, "kept");
    }
  }
}

std::string NameOf(const testing::TestParamInfo<const Message*>& info) { return info.param->GetDescriptor()->name(); }

INSTANTIATE_TEST_SUITE_P(Types, JsonOracleTest,
                         testing::Values(&test::Scalars::default_instance(), &test::Optionals::default_instance(),
                                         &test::Lists::default_instance(), &test::Maps::default_instance(),
                                         &test::WellKnowns::default_instance(), &test::Choice::default_instance(),
                                         &test::Everything::default_instance(),
                                         &directory::v1::Service::default_instance(),
                                         &directory::v1::Organization::default_instance(),
                                         &directory::v1::Location::default_instance(),
                                         &directory::v1::UpdateServiceRequest::default_instance(),
                                         &directory::v1::ListServicesResponse::default_instance()),
                         NameOf);

}  // namespace
}  // namespace schutznetz::wire
