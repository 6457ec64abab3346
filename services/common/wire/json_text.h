// Writing JSON scalars into a Buffer. Internal to wire/.
#pragma once

#include <cstdint>
#include <string_view>

#include "services/common/wire/buffer.h"
#include "services/common/wire/table.h"

namespace schutznetz::wire {

// A string with quotes. False when `text` is not UTF-8.
bool PutString(std::string_view text, Buffer& out);

// A value of a scalar type as it stands on the wire (`value` for numbers, `bytes` for strings and bytes). False when a
// string is not UTF-8.
bool PutScalar(const Field& field, uint64_t value, std::string_view bytes, Buffer& out);

// A scalar as the key of a map: always a string.
bool PutMapKey(const Field& field, uint64_t value, std::string_view bytes, Buffer& out);

// Two spaces per level, one member a line. `json` is valid and compact.
void PutPretty(std::string_view json, Buffer& out);

}  // namespace schutznetz::wire
