// The places of an event in numbers: what is taken of which, and what fits. Pure.
//
// A registration takes a place in several pools at once: of all, of its profession, of its Land, and of each session
// it comes to ("session/*": to all there are). How much of every pool is taken is counted whether or not the pool is
// limited, so that a quota or a session's capacity that is set later has its count already. Limits stand in the event.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/registration.pb.h"

namespace schutznetz::events {

// The pools of one registration, sorted: "all", "land/DE-NW", "profession/2", "session/day1".
using Pools = std::vector<std::string>;
Pools PoolsOf(const v1::Registration& registration);
// As they are stored: with spaces between them.
std::string JoinPools(const Pools& pools);
Pools SplitPools(std::string_view text);

// How many places of each pool are taken. A plain value.
class SeatCounts {
 public:
  // What Text() gives. DATA_LOSS: something else.
  static absl::StatusOr<SeatCounts> Parse(std::string_view text);
  std::string Text() const;

  // One registration takes its places, or gives them back.
  void Take(const Pools& pools) { Add(pools, 1); }
  void Give(const Pools& pools) { Add(pools, -1); }
  // Of all pools together.
  int64_t taken() const { return Of("all"); }
  int64_t Of(std::string_view pool) const;
  // Everybody who comes to this session.
  int64_t OfSession(std::string_view session_id) const;

  friend bool operator==(const SeatCounts&, const SeatCounts&) = default;

 private:
  void Add(const Pools& pools, int64_t count);

  std::map<std::string, int64_t, std::less<>> counts_;  // without zeros
};

// What keeps one more registration of these pools from getting a place: CAPACITY, QUOTA or SESSION_CAPACITY. Nothing
// when there is a place.
std::optional<v1::Registration::Reason> WhyFull(const v1::Event& event, const SeatCounts& counts, const Pools& pools);

// A limit of the event that is below what is taken, as the path of its field; nothing when everything fits.
std::optional<std::string> LimitBelowTaken(const v1::Event& event, const SeatCounts& counts);

// Whether registrations in this state hold a place.
bool HoldsPlace(v1::Registration::State state);
// Whether they are in the way of another one of the same person: all but the cancelled.
bool IsActive(v1::Registration::State state);

}  // namespace schutznetz::events
