// Reading scalars, and messages that have a scalar form, from text. Internal to wire/ and the gateway's transcoding.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "services/common/wire/buffer.h"
#include "services/common/wire/table.h"

namespace schutznetz::wire {

// Where the text comes from.
enum class Token {
  kString,  // a JSON string, unescaped
  kNumber,  // a JSON number, its grammar checked
  kTrue,
  kFalse,
  kMapKey,  // the name of a member of a map
  kQuery,   // a path variable or query parameter: the JSON scalar without quotes
};

// Whether one value of `field` has a scalar form: all but messages, and of these times, masks and wrappers.
bool HasScalarForm(const Field& field);

// Whether values of `field` are free text, which CheckText applies to.
bool HoldsText(const Field& field);

// Appends one value of `field`, without tag, from `text`. Returns a sentence for a violation, and leaves `out`
// undefined behind its offset, when it does not fit; empty when it does. Text (see HoldsText) is checked by the caller.
std::string PutScalarValue(const Field& field, Token token, std::string_view text, Buffer& out);

// Appends tag and value of a singular field, or nothing for the default of a field without presence.
std::string PutScalarField(const Field& field, Token token, std::string_view text, Buffer& out);

// Whether `text` is a number in the grammar of RFC 8259.
bool IsJsonNumber(std::string_view text);

}  // namespace schutznetz::wire
