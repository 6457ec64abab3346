// Whether places of an event are free, at an instant. Pure.
#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/event_search.pb.h"

namespace schutznetz::events {

// What registrations have taken of an event.
struct SeatNumbers {
  int64_t taken = 0;    // confirmed, offered, attended, not shown up
  int64_t waiting = 0;  // on the waiting list

  friend bool operator==(const SeatNumbers&, const SeatNumbers&) = default;
};

struct SeatsNow {
  v1::Seats::State state = v1::Seats::CLOSED;
  absl::Time changes_at = absl::InfiniteFuture();  // when the clock alone changes the state
};

SeatsNow SeatsAt(const v1::Event& event, const SeatNumbers& numbers, absl::Time now);

}  // namespace schutznetz::events
