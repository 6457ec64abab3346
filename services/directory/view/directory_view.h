// What answers the reads of the directory: all records in memory, in immutable versions that follow the change log.
//
//   ASSIGN_OR_RETURN(auto view, DirectoryView::Start(*database, rules.all(), clock, &metrics));   // ready afterwards
//   rpc::Writes writes(*database, view.get());            // a write is answered when the view has it
//   RegisterReadApi(registry, *view, page_tokens);        // services/directory/api/read_api.h
//
// With the database away it keeps answering from the last version; five seconds after its position was last confirmed
// its answers are marked degraded and hold back where everything but authorities is.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/record/resource_rules.h"
#include "services/common/rpc/position_waiter.h"
#include "services/common/storage/database.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/time/calendar.h"
#include "services/common/time/clock.h"
#include "services/directory/view/presenting.h"
#include "services/directory/view/view_version.h"

namespace schutznetz::directory {

struct DirectoryViewOptions {
  // After this long without a confirmed position, protections raised meanwhile may be missing.
  absl::Duration confirmed_within = absl::Seconds(5);
  // Receives what the follower and the builder have to say; may be empty.
  std::function<void(std::string_view event, std::string_view detail)> log;
};

// A version and what is known about it at one instant: everything a read needs. Cheap; lives as long as the call.
struct ViewReading {
  std::shared_ptr<const ViewVersion> version;
  absl::Time now;
  absl::Time as_of;       // when the version was last known to be complete
  bool degraded = false;  // that is too long ago
};

// Thread safe. `database`, `rules`, `clock` and `metrics` must outlive it; the metrics may be read until it ends.
class DirectoryView final : public rpc::PositionWaiter {
 public:
  // Builds the first version from the store and follows the change log from there. Returns the first error of reading
  // (codes of storage::ReadTransaction); FAILED_PRECONDITION: the time zone database is missing. A record whose body
  // cannot be read is told to the log and treated as one that nobody may see. `metrics` may be null.
  static absl::StatusOr<std::unique_ptr<DirectoryView>> Start(storage::Database& database, const record::RuleSet& rules,
                                                              const Clock& clock, telemetry::Metrics* metrics,
                                                              DirectoryViewOptions options = {});
  ~DirectoryView() override;

  // The newest version. A few nanoseconds: each thread keeps its own reference and renews it when a new version is out.
  ViewReading Read() const;

  // UNAVAILABLE for a position of another epoch.
  void WhenReached(const storage::Position& position, absl::Time deadline,
                   absl::AnyInvocable<void(absl::Status)> then) override;
  storage::Position position() const override;

  const civil::Calendar& calendar() const;
  const KindTables& tables() const;

 private:
  class Following;
  explicit DirectoryView(std::unique_ptr<Following> following);
  std::unique_ptr<Following> following_;
};

}  // namespace schutznetz::directory
