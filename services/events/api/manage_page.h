// The page behind the link in a mail, until a portal has a better one: what is registered, and a button for each act.
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/registration.pb.h"

namespace schutznetz::events {

// Where the buttons of the page send their form, with the fields "token" and "action".
inline constexpr char kManagePath[] = "/v1/registrations:manage";

// German, without script, complete in itself. `token` goes into the forms and nowhere else.
std::string ManagePage(const v1::Event& event, const v1::Registration& registration, std::string_view token);

}  // namespace schutznetz::events
