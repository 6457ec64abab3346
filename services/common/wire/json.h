// JSON straight from and to wire bytes, as proto3 maps them, without message objects.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/common/errors/errors.h"
#include "services/common/wire/table.h"

namespace schutznetz::wire {

using errors::FieldViolation;

struct JsonOptions {
  bool pretty = false;                // two spaces, one member a line
  const Tables* any_types = nullptr;  // where the types in google.protobuf.Any are looked up
};

// Appends the JSON form of `wire` (a `table` message) to `*out`: 64-bit integers as strings, shortest doubles that read
// back the same, enums by name (unknown numbers as numbers), bytes as padded base64, times with 0, 3, 6 or 9 digits,
// map entries sorted by key, defaults of fields without presence left out, unknown fields left out, nothing
// HTML-escaped.
//
// Fields in number order with repeated ones together, as every serialiser writes them, are converted in one pass; other
// input is put in order first (see OutOfOrderCount). Linear. On failure `*out` is as before.
// DATA_LOSS: not a message of this shape, not UTF-8, a time out of range, or nested deeper than kMessageDepthMax.
absl::Status ToJson(const MessageTable& table, std::string_view wire, const JsonOptions& options, std::string* out);

// How many messages ToJson had to put in order since the start of the process, for a metric. Thread safe.
uint64_t OutOfOrderCount();

// Appends a JSON string with quotes. False, with `*out` unchanged, when `text` is not UTF-8.
bool AppendJsonString(std::string_view text, std::string* out);

// Limits of the gate that every body passes.
inline constexpr int kJsonDepthMax = 32;
inline constexpr int kJsonNodesMax = 10'000;
inline constexpr size_t kJsonStringBytesMax = 64 * 1024;
inline constexpr size_t kViolationsMax = 50;

struct FromJsonOptions {
  bool ignore_unknown = false;   // Connect ignores unknown members; REST refuses them
  std::string_view path_prefix;  // put before each path in a violation, for example "service"
};

// What a body says besides its bytes.
struct FromJsonResult {
  // At most kViolationsMax; with one or more, the bytes are of no use.
  std::vector<FieldViolation> violations;
  // The fields that the body names, as an update mask (original names, "display_name", "address.street"): leaf paths
  // through singular messages, the field itself for repeated fields, maps, well-known types and empty objects. A member
  // that is null counts; fields that only servers set do not (AIP-203), so that an answer can be sent back whole.
  // Filled only when asked for.
  bool want_present_paths = false;
  std::vector<std::string> present_paths;
};

// Appends the wire form of `json`, one JSON object, to `*wire`, fields in number order at every level.
//
// The whole body passes a strict gate: RFC 8259, UTF-8 without BOM, the limits above, no duplicate members, no lone
// surrogates, nothing after the value. A body that breaks these gives INVALID_ARGUMENT / MALFORMED_BODY with the
// offset. What is JSON but does not fit the message (unknown member, wrong type, out of range, unknown enum name, two
// members of a oneof, text with control or bidirectional override characters or not NFC, NaN) is a violation: the rest
// is still read, so that all are reported at once, and the status is OK. On failure `*wire` is as before.
absl::Status FromJson(const MessageTable& table, std::string_view json, const FromJsonOptions& options,
                      std::string* wire, FromJsonResult* result);

// As above for a body that is the value of `field` itself (body: "f" may name a repeated field or a scalar): appends
// the field with its tag.
absl::Status FieldFromJson(const Field& field, std::string_view json, const FromJsonOptions& options, std::string* wire,
                           FromJsonResult* result);

// Appends the JSON value of one field of `wire` (response_body): an array for a repeated field (empty if absent), the
// default value for an absent scalar, {} for an absent message.
absl::Status FieldToJson(const MessageTable& table, const Field& field, std::string_view wire,
                         const JsonOptions& options, std::string* out);

// The RFC 6901 pointer of a path as violations name it: phones[0].number -> /phones/0/number, m["a/b"] -> /m/a~1b.
std::string JsonPointer(std::string_view path);

}  // namespace schutznetz::wire
