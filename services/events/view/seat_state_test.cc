#include "services/events/view/seat_state.h"

#include "gtest/gtest.h"
#include "services/common/time/timestamp.h"

namespace schutznetz::events {
namespace {

using v1::Admission;
using v1::Event;
using v1::Seats;

constexpr int64_t kBegin = 1'803'888'000;

Event Workshop(Admission::WaitingListPolicy policy) {
  Event event;
  event.set_state(Event::PUBLISHED);
  event.mutable_start_time()->set_seconds(kBegin);
  event.mutable_admission()->set_capacity(2);
  event.mutable_admission()->set_waiting_list_policy(policy);
  event.mutable_admission()->set_waiting_list_max(1);
  return event;
}

const absl::Time kBefore = absl::FromUnixSeconds(kBegin - 3600);

TEST(SeatStateTest, FollowsPlacesAndList) {
  const Event strict = Workshop(Admission::STRICT_ORDER);
  EXPECT_EQ(SeatsAt(strict, {1, 0}, kBefore).state, Seats::PLACES_FREE);
  EXPECT_EQ(SeatsAt(strict, {2, 0}, kBefore).state, Seats::WAITING_LIST);
  EXPECT_EQ(SeatsAt(strict, {2, 1}, kBefore).state, Seats::FULL);
  EXPECT_EQ(SeatsAt(strict, {1, 1}, kBefore).state, Seats::FULL) << "who waits comes first";
  const Event fill = Workshop(Admission::FILL_SEATS);
  EXPECT_EQ(SeatsAt(fill, {1, 1}, kBefore).state, Seats::PLACES_FREE) << "a quota keeps them waiting";
  EXPECT_EQ(SeatsAt(Workshop(Admission::NO_WAITING_LIST), {2, 0}, kBefore).state, Seats::FULL);
}

TEST(SeatStateTest, FollowsTheClock) {
  Event event = Workshop(Admission::STRICT_ORDER);
  event.mutable_admission()->mutable_open_time()->set_seconds(kBegin - 1800);
  const SeatsNow early = SeatsAt(event, {}, kBefore);
  EXPECT_EQ(early.state, Seats::CLOSED);
  EXPECT_EQ(early.changes_at, absl::FromUnixSeconds(kBegin - 1800));
  const SeatsNow open = SeatsAt(event, {}, early.changes_at);
  EXPECT_EQ(open.state, Seats::PLACES_FREE);
  EXPECT_EQ(open.changes_at, absl::FromUnixSeconds(kBegin));
  EXPECT_EQ(SeatsAt(event, {}, open.changes_at).state, Seats::CLOSED);
  event.set_state(Event::CANCELLED);
  EXPECT_EQ(SeatsAt(event, {}, open.changes_at - absl::Seconds(1)).state, Seats::CLOSED);
}

}  // namespace
}  // namespace schutznetz::events
