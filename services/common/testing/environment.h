// What the environment asks of tests: more rounds, fewer clients.
#pragma once

#include <cstdlib>

namespace schutznetz::testing {

// The number in the variable `name`; `otherwise` when it is not set.
inline int FromEnvironment(const char* name, int otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

// How often a test of seats is repeated with other random numbers: SCHUTZNETZ_SEAT_SEEDS, or 20 in long runs, or 2.
inline int SeatSeeds() {
  return FromEnvironment("SCHUTZNETZ_SEAT_SEEDS", std::getenv("SCHUTZNETZ_LONG") != nullptr ? 20 : 2);
}

}  // namespace schutznetz::testing
