#include "gateway/filters/client_address.h"

#include "gateway/http/characters.h"

namespace schutznetz::gateway {

Verdict ClientAddressFilter::Before(Call& call) const {
  call.client = call.peer;
  if (!trusted_proxies_.Contains(call.peer)) return Verdict::kContinue;
  // Each proxy appends the address it saw. Whatever stands before the last stranger was written by that stranger, and
  // whatever stands before something unreadable may have been.
  call.head->ForEach(Field::kXForwardedFor, [&](std::string_view list) {
    while (!list.empty()) {
      const std::optional<IpAddress> address = IpAddress::Parse(NextElement(&list));
      if (!address.has_value()) {
        call.client = call.peer;
      } else if (!trusted_proxies_.Contains(*address)) {
        call.client = *address;
      }
    }
  });
  return Verdict::kContinue;
}

}  // namespace schutznetz::gateway
