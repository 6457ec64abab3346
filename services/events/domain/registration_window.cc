#include "services/events/domain/registration_window.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/checks.h"
#include "services/common/time/timestamp.h"

namespace schutznetz::events {
namespace {

using v1::Event;
using v1::Registration;

absl::Time WindowEnd(const Event& event) {
  if (event.admission().has_close_time()) return TimeOf(event.admission().close_time());
  if (event.has_start_time()) return TimeOf(event.start_time());
  return event.has_end_time() ? TimeOf(event.end_time()) : absl::InfiniteFuture();
}

bool IsAmong(const google::protobuf::RepeatedField<int>& professions, int profession) {
  return professions.empty() || std::find(professions.begin(), professions.end(), profession) != professions.end();
}

bool InNetwork(const access::Caller& caller, const std::string& network) {
  const auto& networks = caller.grants().networks;
  return std::find(networks.begin(), networks.end(), network) != networks.end();
}

bool HasSession(const Event& event, const std::string& id) {
  return std::any_of(event.sessions().begin(), event.sessions().end(),
                     [&](const v1::Session& session) { return session.session_id() == id; });
}

}  // namespace

absl::Status CheckTakesPeople(const Event& event) {
  if (event.state() == Event::PUBLISHED) return absl::OkStatus();
  return errors::WrongState(Event::State_Name(event.state()), "Only a published event takes registrations.");
}

absl::Status CheckWindow(const Event& event, const access::Caller& caller, const Registration& said, absl::Time now) {
  RETURN_IF_ERROR(CheckTakesPeople(event));
  const v1::Admission& admission = event.admission();
  if (!admission.external_url().empty()) {
    return errors::WrongState("EXTERNAL", "Registration is at the organizer's page: admission.externalUrl.");
  }
  if (admission.has_open_time() && now < TimeOf(admission.open_time())) {
    return errors::WrongState("NOT_OPEN", "Registration opens at admission.openTime.");
  }
  if (now >= WindowEnd(event)) return errors::WrongState("CLOSED", "Registration is closed.");
  if (admission.network_only() && !InNetwork(caller, event.network())) {
    return errors::WrongState("NETWORK_ONLY", "The event is for members of its network.");
  }
  if (!IsAmong(event.audience(), said.profession())) {
    return errors::WrongState("AUDIENCE", "The event is for other professions.");
  }
  return absl::OkStatus();
}

absl::Status CheckFits(const Event& event, const Registration& said) {
  record::Violations violations;
  record::CheckLand("registration.land", said.land(), &violations);
  const auto& quotas = event.admission().quotas();
  const bool by_land =
      std::any_of(quotas.begin(), quotas.end(), [](const v1::Quota& quota) { return !quota.land().empty(); });
  if (by_land && said.land().empty()) {
    violations.push_back({"registration.land", "Must be given: the event has quotas per Land."});
  }
  record::CheckUnique("registration.sessions", said.sessions(), false, &violations);
  for (int i = 0; i < said.sessions_size(); ++i) {
    if (HasSession(event, said.sessions(i))) continue;
    violations.push_back({record::At("registration.sessions", i), "Is no session of the event."});
  }
  const bool fits = said.attendance() == Event::ATTENDANCE_UNSPECIFIED || event.attendance() == said.attendance() ||
                    (event.attendance() == Event::HYBRID && said.attendance() != Event::HYBRID);
  if (!fits || said.attendance() == Event::HYBRID) {
    violations.push_back({"registration.attendance", "Must be a way in which the event takes place."});
  }
  return violations.empty() ? absl::OkStatus() : errors::InvalidFields(std::move(violations));
}

}  // namespace schutznetz::events
