#include "services/events/view/seat_state.h"

#include "services/common/time/timestamp.h"

namespace schutznetz::events {
namespace {

using v1::Admission;
using v1::Event;
using v1::Seats;

constexpr int64_t kWaitingMaxDefault = 500;

absl::Time CloseTimeOf(const Event& event) {
  if (event.admission().has_close_time()) return TimeOf(event.admission().close_time());
  if (event.self_paced()) return event.has_end_time() ? TimeOf(event.end_time()) : absl::InfiniteFuture();
  return event.has_start_time() ? TimeOf(event.start_time()) : absl::InfiniteFuture();
}

Seats::State OpenState(const Admission& admission, const SeatNumbers& numbers) {
  const bool room = admission.capacity() == 0 || numbers.taken < admission.capacity();
  const auto policy = admission.waiting_list_policy();
  if (room && (policy != Admission::STRICT_ORDER || numbers.waiting == 0)) return Seats::PLACES_FREE;
  const int64_t list = admission.waiting_list_max() == 0 ? kWaitingMaxDefault : admission.waiting_list_max();
  const bool has_list = policy == Admission::STRICT_ORDER || policy == Admission::FILL_SEATS;
  return has_list && numbers.waiting < list ? Seats::WAITING_LIST : Seats::FULL;
}

}  // namespace

SeatsNow SeatsAt(const Event& event, const SeatNumbers& numbers, absl::Time now) {
  const Admission& admission = event.admission();
  if (event.state() != Event::PUBLISHED || !admission.external_url().empty()) return {};
  if (admission.has_open_time() && now < TimeOf(admission.open_time())) {
    return {Seats::CLOSED, TimeOf(admission.open_time())};
  }
  const absl::Time closes = CloseTimeOf(event);
  if (now >= closes) return {};
  return {OpenState(admission, numbers), closes};
}

}  // namespace schutznetz::events
