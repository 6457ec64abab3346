// The input as JSON, as wire bytes and as a record to project: nothing may crash, and what is accepted must hold
// together.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "services/common/wire/json.h"
#include "services/common/wire/order.h"
#include "services/common/wire/project.h"
#include "services/common/wire/testdata/wire_test.pb.h"

namespace {

namespace wire = schutznetz::wire;
using wire::test::Everything;

void Require(bool holds, int line = __builtin_LINE()) {
  if (holds) return;
  std::fprintf(stderr, "line %d does not hold\n", line);
  std::abort();
}

struct Types {
  std::unique_ptr<const wire::Tables> tables =
      *wire::Tables::Build({Everything::descriptor(), wire::test::Record::descriptor()});
  const wire::MessageTable& everything = *tables->Find("schutznetz.wire.test.Everything");
  const wire::MessageTable& record = *tables->Find("schutznetz.wire.test.Record");
};

bool IsLimit(std::string_view sentence) {
  return sentence.find("10,000") != std::string_view::npos || sentence.find("32 levels") != std::string_view::npos ||
         sentence.find("too long") != std::string_view::npos;
}

// What is read is a message for protobuf too, is in order, and comes back the same.
void AsJson(const Types& types, std::string_view input) {
  std::string bytes;
  wire::FromJsonResult result{.want_present_paths = true};
  if (!wire::FromJson(types.everything, input, {}, &bytes, &result).ok() || !result.violations.empty()) return;
  Everything message;
  Require(message.ParseFromString(bytes));
  Require(wire::IsInOrder(types.everything, bytes));
  std::string json;
  Require(wire::ToJson(types.everything, bytes, {}, &json).ok());
  std::string again;
  std::string json_again;
  wire::FromJsonResult result_again;
  Require(wire::FromJson(types.everything, json, {}, &again, &result_again).ok() && result_again.violations.empty());
  Require(wire::ToJson(types.everything, again, {}, &json_again).ok() && json == json_again);
}

// What is written is strict JSON, whatever the bytes.
void AsWire(const Types& types, std::string_view input) {
  std::string json;
  if (!wire::ToJson(types.everything, input, {}, &json).ok()) return;
  std::string bytes;
  wire::FromJsonResult result;
  const absl::Status status = wire::FromJson(types.everything, json, {}, &bytes, &result);
  Require(status.ok() || IsLimit(std::string_view(status.message().data(), status.message().size())));
}

// A projection shows nothing more when it is projected again, and nothing to a caller without levels.
void AsRecord(const Types& types, std::string_view input) {
  std::string shown;
  const auto result = wire::Project(types.record, input, wire::LevelSet(), {}, &shown);
  if (!result.ok() || !result->visible) return;
  std::string again;
  Require(wire::Project(types.record, shown, wire::LevelSet(), {}, &again).ok() && shown == again);
  Require(wire::IsInOrder(types.record, shown));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Types types;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  AsJson(types, input);
  AsWire(types, input);
  AsRecord(types, input);
  return 0;
}
