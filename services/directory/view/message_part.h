// Reading a few fields of a message without taking the rest apart: most of a record's bytes are texts that nobody asks
// for.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "services/common/wire/codec.h"

namespace schutznetz::directory {

// The message with these fields only. DATA_LOSS: `bytes` is no message of any kind, or its fields are not of this one.
template <typename Message>
absl::StatusOr<Message> ParsePart(std::string_view bytes, std::initializer_list<int> fields) {
  std::string part;
  wire::WireReader reader(bytes);
  bool good = true;
  for (wire::WireValue value; good && !reader.done();) {
    const char* begin = reader.position();
    good = reader.Next(&value);
    for (const int field : fields) {
      if (good && value.number == static_cast<uint32_t>(field)) part.append(begin, reader.position());
    }
  }
  Message message;
  if (good && message.ParseFromString(part)) return message;
  return absl::DataLossError(absl::StrCat("a stored body is no ", Message::descriptor()->full_name()));
}

}  // namespace schutznetz::directory
