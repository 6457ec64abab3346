// The link in a mail, by which people without an account act on their registration.
//
// "snm_<registration>_<number>_<64 hex digits>": the digits are a keyed digest of the rest under the server's pepper,
// so that nothing of a link is in the database, a mail can hold it at any time, and a forged one is refused without a
// look. A link ends when its number is not the registration's any more (revoked, renewed), and with the event.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/common/personal/pepper.h"

namespace schutznetz::events {

struct ManageLink {
  std::string registration;  // id
  int64_t number = 0;
};

std::string ManageToken(const personal::Pepper& pepper, const ManageLink& link);
// Nothing when it was not made by ManageToken under this pepper.
std::optional<ManageLink> ReadManageToken(const personal::Pepper& pepper, std::string_view token);

}  // namespace schutznetz::events
