// libical's objects, owned. Internal to calendar/.
#pragma once

#include <libical/ical.h>

#include <memory>
#include <string>
#include <string_view>

namespace schutznetz::events {

struct IcalComponentFree {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using OwnedComponent = std::unique_ptr<icalcomponent, IcalComponentFree>;

inline OwnedComponent NewComponent(icalcomponent_kind kind) { return OwnedComponent(icalcomponent_new(kind)); }

// Hands a part over to the whole.
inline void AddTo(icalcomponent* whole, OwnedComponent part) { icalcomponent_add_component(whole, part.release()); }

// The object as it is sent: folded, lines ending in CRLF.
std::string SerializeCalendar(icalcomponent* component);

}  // namespace schutznetz::events
