// Lists with weights, as in Accept and Accept-Encoding.
#pragma once

#include <string_view>

#include "gateway/http/characters.h"

namespace schutznetz::gateway {

struct WeightedItem {
  std::string_view name;  // "application/json", "br"; as sent
  int weight = 1000;      // thousandths of q; 0: not acceptable
};

// Cuts the next item off the list. A malformed weight counts as 0: the item is not wanted then. Other parameters are
// ignored.
WeightedItem NextWeightedItem(std::string_view* list);

// The inside of a quoted string (RFC 9110 section 5.6.4, without escapes); what is not quoted as it is.
constexpr std::string_view Unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace schutznetz::gateway
