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

}  // namespace schutznetz::gateway
