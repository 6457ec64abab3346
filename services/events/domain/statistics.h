// The numbers of a period, from events, registrations and networks.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/statistics.pb.h"
#include "services/common/access/caller.h"
#include "services/common/record/resource_rules.h"
#include "services/common/storage/transaction.h"
#include "services/events/domain/people_counts.h"
#include "services/events/domain/stored_reads.h"

namespace schutznetz::events {

// Who was at an event, in groups: of registrations, or of what stayed of them.
class AttendanceGroups {
 public:
  virtual ~AttendanceGroups() = default;
  virtual absl::StatusOr<std::vector<PeopleGroup>> Of(storage::ReadTransaction& tx,
                                                      std::string_view event_id) const = 0;
};

// A public network of the directory.
struct DirectoryNetwork {
  std::string name;
  std::string display_name;
  std::vector<std::string> lands;
  std::string founding_date;
  std::vector<std::string> extension_dates;
};

// The directory server's networks.
class DirectoryNetworks {
 public:
  virtual ~DirectoryNetworks() = default;
  // Asks the directory server, unless it answered just now, and calls `then` once, anywhere. UNAVAILABLE: it did not
  // answer until `deadline`.
  virtual void Refresh(absl::Time deadline, absl::AnyInvocable<void(absl::Status)> then) = 0;
  // What it answered last; never null.
  virtual std::shared_ptr<const std::vector<DirectoryNetwork>> Latest() const = 0;
};

inline constexpr int kStatisticsYearsMax = 10;

// Immutable, thread safe.
class StatisticsOfEvents {
 public:
  // All must outlive it.
  StatisticsOfEvents(const record::RuleSet& all, const record::ResourceRules& event_rules,
                     const AttendanceGroups& groups)
      : reads_(all, event_rules), groups_(groups) {}

  // INVALID_ARGUMENT (INVALID_FIELD): the period runs backwards or is too long.
  static absl::Status CheckPeriod(std::string_view start_date, std::string_view end_date, std::string_view prefix = {});

  // `networks` as the directory told them. Exact for editors of the Land, or of all Länder; what hidden events add is
  // told to nobody else.
  absl::StatusOr<v1::Statistics> Get(storage::ReadTransaction& tx, const access::Caller& caller,
                                     const v1::GetStatisticsRequest& request,
                                     const std::vector<DirectoryNetwork>& networks, absl::Time now) const;

  // The events that count, as everybody may know them, the first begun first.
  absl::StatusOr<std::vector<v1::Event>> Events(storage::ReadTransaction& tx, const access::Caller& caller,
                                                const v1::GetStatisticsRequest& request, absl::Time now) const;

 private:
  const StoredReads reads_;
  const AttendanceGroups& groups_;
};

// First day of an event in Berlin: of its first session, or from when a course can be taken. Empty: no day is known.
std::string FirstDay(const v1::Event& event);

}  // namespace schutznetz::events
