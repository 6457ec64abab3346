#include "services/common/testing/matchers.h"

#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>

#include <memory>

namespace schutznetz::testing {

std::string ProtoDifference(const google::protobuf::Message& actual, const google::protobuf::Message& expected) {
  if (actual.GetDescriptor() != expected.GetDescriptor()) return "the messages are of different types";
  std::string difference;
  google::protobuf::util::MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  if (differencer.Compare(expected, actual)) return {};
  return difference.empty() ? "the messages differ" : difference;
}

std::string ProtoDifference(const google::protobuf::Message& actual, const std::string& expected_text) {
  std::unique_ptr<google::protobuf::Message> expected(actual.New());
  if (!google::protobuf::TextFormat::ParseFromString(expected_text, expected.get())) {
    return "the expected text is not in text format";
  }
  return ProtoDifference(actual, *expected);
}

}  // namespace schutznetz::testing
