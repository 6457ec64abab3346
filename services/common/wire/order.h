// Order of the fields of a message on the wire. Serialisers write fields by number, repeated ones together, each
// singular one once; the walkers rely on that and put other input, which the format allows, in order first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "services/common/wire/table.h"

namespace schutznetz::wire {

// Follows the fields of one message.
class OrderCheck {
 public:
  // False when `field` may not come next: it is lower than one before, a singular field again, or a second member of a
  // oneof. `gathered`: the walker takes elements that stand together at once, so that further ones come too late: a
  // field that nobody knows stood between.
  bool Accept(const Field& field, bool gathered = false) {
    if (field.number <= last_ && !(field.number == last_ && field.repeated() && !gathered)) return false;
    last_ = field.number;
    if (field.oneof < 0) return true;
    const uint64_t bit = uint64_t{1} << field.oneof;
    if ((oneofs_ & bit) != 0) return false;
    oneofs_ |= bit;
    return true;
  }

 private:
  uint32_t last_ = 0;
  uint64_t oneofs_ = 0;
};

// Whether the fields of `wire` are in order at its own level. False when malformed.
bool IsInOrder(const MessageTable& table, std::string_view wire);

// Appends the known fields of `wire` in order, as a parser would have understood them: the last value of a singular
// scalar, messages merged, the last member of a oneof. Nested messages keep their own order. Linear but for the sort.
// False when malformed.
bool PutInOrder(const MessageTable& table, std::string_view wire, std::string* out);

}  // namespace schutznetz::wire
