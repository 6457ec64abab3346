#include "services/events/domain/event_checks.h"

#include <google/protobuf/util/time_util.h>

#include <set>
#include <string>

#include "absl/time/time.h"

namespace schutznetz::events {
namespace {

using google::protobuf::Timestamp;
using google::protobuf::util::TimeUtil;
using record::At;
using record::Violations;
using v1::Event;

constexpr int64_t kYear2000 = 946'684'800;
constexpr int64_t kYear2100 = 4'102'444'800;
constexpr int64_t kSessionSecondsMax = 31 * 24 * 3600;

void CheckTime(const std::string& path, const Timestamp& time, Violations* violations) {
  const bool whole = time.nanos() >= 0 && time.nanos() < 1'000'000'000;
  if (whole && time.seconds() >= kYear2000 && time.seconds() < kYear2100) return;
  violations->push_back({path, "Must be a time between the years 2000 and 2099."});
}

void CheckPlace(const std::string& path, const v1::Place& place, Violations* violations) {
  record::CheckText(path + ".directions", place.directions(), violations);
  if (place.display_name().empty() && place.city().empty() && place.location().empty()) {
    violations->push_back({path, "Must say where: a name, a town, or a location of the directory."});
  }
}

void CheckSession(const std::string& path, const Event& event, const v1::Session& session, Violations* violations) {
  record::CheckText(path + ".title", session.title(), violations);
  CheckTime(path + ".startTime", session.start_time(), violations);
  CheckTime(path + ".endTime", session.end_time(), violations);
  if (session.end_time() <= session.start_time()) {
    violations->push_back({path + ".endTime", "Must be after the begin."});
  } else if (session.end_time().seconds() - session.start_time().seconds() > kSessionSecondsMax) {
    violations->push_back({path + ".endTime", "Must be at most 31 days after the begin: use several sessions."});
  }
  if (!session.time_zone().empty() && !IsTimeZone(session.time_zone())) {
    violations->push_back({path + ".timeZone", "Must be an IANA time zone, for example \"Europe/Berlin\"."});
  }
  // Whoever plans may not know it yet.
  if (event.state() != Event::DRAFT && !session.has_place() && !session.has_online_room()) {
    violations->push_back({path, "Must have a place or an online room."});
  }
  if (session.has_place()) CheckPlace(path + ".place", session.place(), violations);
  if (session.has_online_room()) {
    record::CheckText(path + ".onlineRoom.requirements", session.online_room().requirements(), violations);
  }
  const int places = event.admission().capacity();
  if (places > 0 && session.capacity() > places) {
    violations->push_back({path + ".capacity", "Must not be above the capacity of the event."});
  }
}

void CheckSessions(const Event& event, Violations* violations) {
  std::set<std::string> ids;
  for (int i = 0; i < event.sessions_size(); ++i) {
    CheckSession(At("sessions", i), event, event.sessions(i), violations);
    if (!ids.insert(event.sessions(i).session_id()).second) {
      violations->push_back({At("sessions", i) + ".sessionId", "Is in the list already: each session once."});
    }
  }
}

void CheckPace(const Event& event, Violations* violations) {
  if (!event.self_paced()) {
    if (event.has_available_from()) violations->push_back({"availableFrom", "Only of a self-paced course."});
    if (event.has_available_until()) violations->push_back({"availableUntil", "Only of a self-paced course."});
    if (event.has_course_room()) violations->push_back({"courseRoom", "Only of a self-paced course."});
    return;
  }
  if (event.type() != Event::COURSE) violations->push_back({"selfPaced", "Only a COURSE can be self-paced."});
  if (event.sessions_size() > 0) violations->push_back({"sessions", "A self-paced course has no sessions."});
  if (event.has_available_from()) CheckTime("availableFrom", event.available_from(), violations);
  if (event.has_available_until()) CheckTime("availableUntil", event.available_until(), violations);
  if (event.has_available_from() && event.has_available_until() && event.available_until() <= event.available_from()) {
    violations->push_back({"availableUntil", "Must be after availableFrom."});
  }
  record::CheckText("courseRoom.requirements", event.course_room().requirements(), violations);
}

void CheckQuota(const std::string& path, int places, const v1::Quota& quota, Violations* violations) {
  const bool by_profession = quota.profession() != common::v1::Profession::PROFESSION_UNSPECIFIED;
  if (by_profession == !quota.land().empty()) {
    violations->push_back({path, "Must name a profession or a Land, one of the two."});
  }
  record::CheckLand(path + ".land", quota.land(), violations);
  if (places == 0 || quota.capacity() > places) {
    violations->push_back({path + ".capacity", "Must not be above the capacity of the event."});
  }
}

void CheckAdmission(const v1::Admission& admission, Violations* violations) {
  std::set<std::string> whom;
  for (int i = 0; i < admission.quotas_size(); ++i) {
    const v1::Quota& quota = admission.quotas(i);
    const std::string path = At("admission.quotas", i);
    CheckQuota(path, admission.capacity(), quota, violations);
    if (!whom.insert(quota.land() + std::to_string(quota.profession())).second) {
      violations->push_back({path, "Is in the list already: each profession and Land once."});
    }
  }
  if (admission.has_open_time()) CheckTime("admission.openTime", admission.open_time(), violations);
  if (admission.has_close_time()) CheckTime("admission.closeTime", admission.close_time(), violations);
  if (admission.has_open_time() && admission.has_close_time() && admission.close_time() <= admission.open_time()) {
    violations->push_back({"admission.closeTime", "Must be after openTime."});
  }
}

void CheckState(const Event& event, Violations* violations) {
  if (event.state() == Event::PUBLISHED && event.sessions_size() == 0 && !event.self_paced()) {
    violations->push_back({"sessions", "A published event has sessions, or is self-paced."});
  }
  const bool for_members = event.protection() == common::v1::NETWORK || event.admission().network_only();
  if (for_members && event.network().empty()) {
    violations->push_back({"network", "Must be given: the event is for members of a network."});
  }
}

}  // namespace

bool IsTimeZone(const std::string& name) {
  // Files beside the database, and spellings that the library makes up, are none.
  const bool plain =
      name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") == std::string::npos;
  absl::TimeZone zone;
  return plain && !name.empty() && name.front() != '/' && name.find("Fixed") == std::string::npos &&
         absl::LoadTimeZone(name, &zone);
}

void CheckEvent(const Event& event, Violations* violations) {
  record::CheckLand("land", event.land(), violations);
  record::CheckText("title", event.title(), violations);
  record::CheckText("description", event.description(), violations);
  record::CheckText("fee", event.fee(), violations);
  record::CheckText("accessibility", event.accessibility(), violations);
  record::CheckText("certificate.content", event.certificate().content(), violations);
  record::CheckUnique("audience", event.audience(), violations);
  record::CheckUnique("languages", event.languages(), true, violations);
  record::CheckUnique("topics", event.topics(), true, violations);
  record::CheckUnique("coOrganizers", event.co_organizers(), false, violations);
  CheckSessions(event, violations);
  CheckPace(event, violations);
  CheckAdmission(event.admission(), violations);
  CheckState(event, violations);
}

}  // namespace schutznetz::events
