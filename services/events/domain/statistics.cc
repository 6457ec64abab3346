#include "services/events/domain/statistics.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/rights.h"
#include "services/events/domain/berlin_dates.h"

namespace schutznetz::events {
namespace {

constexpr std::string_view kEventsPrefix = "events/";

bool Within(const std::string& date, const v1::GetStatisticsRequest& request) {
  return !date.empty() && date >= request.start_date() && date <= request.end_date();
}

// It was announced, was not called off, and has ended.
bool TookPlace(const v1::Event& event, absl::Time now) {
  if (event.state() == v1::Event::COMPLETED) return true;
  if (event.state() != v1::Event::PUBLISHED) return false;
  if (event.self_paced()) return true;
  return event.has_end_time() && absl::FromUnixSeconds(event.end_time().seconds()) <= now;
}

bool Counts(const v1::Event& event, const v1::GetStatisticsRequest& request, absl::Time now) {
  if (!request.land().empty() && event.land() != request.land()) return false;
  return TookPlace(event, now) && Within(FirstDay(event), request);
}

void AddNetworks(const std::vector<DirectoryNetwork>& networks, v1::Statistics* statistics,
                 const v1::GetStatisticsRequest& request) {
  for (const DirectoryNetwork& network : networks) {
    const auto& lands = network.lands;
    if (!request.land().empty() && std::find(lands.begin(), lands.end(), request.land()) == lands.end()) continue;
    const bool founded = Within(network.founding_date, request);
    const bool extended = std::any_of(network.extension_dates.begin(), network.extension_dates.end(),
                                      [&](const std::string& date) { return Within(date, request); });
    if (!founded && !extended) continue;
    v1::Statistics::Network& line = *statistics->add_networks();
    line.set_name(network.name);
    line.set_display_name(network.display_name);
    line.set_founded(founded);
  }
  std::sort(statistics->mutable_networks()->begin(), statistics->mutable_networks()->end(),
            [](const auto& a, const auto& b) { return a.name() < b.name(); });
}

bool MayKnowAll(const access::Caller& caller, const std::string& land) {
  record::RecordScope scope;
  if (!land.empty()) scope.lands.push_back(land);
  return record::MayEdit(caller, scope);
}

}  // namespace

std::string FirstDay(const v1::Event& event) {
  if (event.has_start_time()) return DateOf(absl::FromUnixSeconds(event.start_time().seconds()));
  if (event.has_available_from()) return DateOf(absl::FromUnixSeconds(event.available_from().seconds()));
  return {};
}

absl::Status StatisticsOfEvents::CheckPeriod(std::string_view start_date, std::string_view end_date,
                                             std::string_view prefix) {
  const std::string field = absl::StrCat(std::string(prefix), "endDate");
  if (end_date < start_date) return errors::InvalidField(field, "Must not be before startDate.");
  if (DayOf(end_date).year() - DayOf(start_date).year() > kStatisticsYearsMax) {
    return errors::InvalidField(field,
                                absl::StrCat("Must be at most ", kStatisticsYearsMax, " years after startDate."));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::Event>> StatisticsOfEvents::Events(storage::ReadTransaction& tx,
                                                                  const access::Caller& caller,
                                                                  const v1::GetStatisticsRequest& request,
                                                                  absl::Time now) const {
  std::vector<v1::Event> events;
  v1::Event event;
  RETURN_IF_ERROR(reads_.ForEach(tx, caller, "", &event, [&](const std::string&, const StoredReads::Disclosed&) {
    if (Counts(event, request, now)) events.push_back(event);
    return true;
  }));
  std::stable_sort(events.begin(), events.end(),
                   [](const v1::Event& a, const v1::Event& b) { return FirstDay(a) < FirstDay(b); });
  return events;
}

absl::StatusOr<v1::Statistics> StatisticsOfEvents::Get(storage::ReadTransaction& tx, const access::Caller& caller,
                                                       const v1::GetStatisticsRequest& request,
                                                       const std::vector<DirectoryNetwork>& networks,
                                                       absl::Time now) const {
  RETURN_IF_ERROR(CheckPeriod(request.start_date(), request.end_date()));
  const bool exact = MayKnowAll(caller, request.land());
  static const access::Caller everybody;
  // Others count what everybody may know, so that numbers do not tell members apart from the public.
  ASSIGN_OR_RETURN(const std::vector<v1::Event> events, Events(tx, exact ? caller : everybody, request, now));
  PeopleCounts counts(exact);
  for (const v1::Event& event : events) {
    ASSIGN_OR_RETURN(const std::vector<PeopleGroup> groups, groups_.Of(tx, event.name().substr(kEventsPrefix.size())));
    counts.Add(event, groups);
  }
  v1::Statistics statistics;
  statistics.set_start_date(request.start_date());
  statistics.set_end_date(request.end_date());
  statistics.set_land(request.land());
  counts.Fill(&statistics);
  AddNetworks(networks, &statistics, request);
  return statistics;
}

}  // namespace schutznetz::events
