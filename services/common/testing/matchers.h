// Matchers for statuses and protos (the packaged Abseil and GoogleTest have none).
//
//   EXPECT_THAT(store.Get("x"), StatusIs(absl::StatusCode::kNotFound));
//   EXPECT_THAT(status, HasReason("ETAG_MISMATCH"));
//   ASSERT_THAT(result, IsOk());
//   EXPECT_THAT(land, EqualsProto(R"pb(name: "lands/DE-NW")pb"));
#pragma once

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "google/protobuf/message.h"
#include "services/common/errors/errors.h"

namespace schutznetz::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// A Status or StatusOr that is OK.
MATCHER(IsOk, negation ? "is not OK" : "is OK") {
  *result_listener << "which is " << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

// A Status or StatusOr with this code.
MATCHER_P(StatusIs, code, "has code " + absl::StatusCodeToString(code)) {
  *result_listener << "which is " << StatusOf(arg).ToString();
  return StatusOf(arg).code() == code;
}

// A Status or StatusOr that carries this ErrorReason name.
MATCHER_P(HasReason, reason, std::string("has reason ") + std::string(reason)) {
  *result_listener << "which has \"" << errors::ReasonOf(StatusOf(arg)) << "\": " << StatusOf(arg).ToString();
  return errors::ReasonOf(StatusOf(arg)) == reason;
}

// The difference of two messages as text, empty when equal. `expected` may be text format.
std::string ProtoDifference(const google::protobuf::Message& actual, const google::protobuf::Message& expected);
std::string ProtoDifference(const google::protobuf::Message& actual, const std::string& expected_text);

// A message equal to another, or to one in text format.
MATCHER_P(EqualsProto, expected, "equals the given message") {
  const std::string difference = ProtoDifference(arg, expected);
  *result_listener << difference;
  return difference.empty();
}

}  // namespace schutznetz::testing
