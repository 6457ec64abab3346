// What answers the reads of the directory: all records in memory, in immutable versions that follow the change log.
//
//   ASSIGN_OR_RETURN(auto view, DirectoryView::Start(*database, rules.all(), clock, &metrics));   // ready afterwards
//   rpc::Writes writes(*database, view.get());            // a write is answered when the view has it
//   RegisterReadApi(registry, *view, page_tokens);        // services/directory/api/read_api.h
//
// With the database away it keeps answering from the last version; five seconds after its position was last confirmed
// its answers are marked degraded and hold back where everything but authorities is.
#pragma once

#include <memory>

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
#include "services/common/view/reading.h"
#include "services/directory/view/presenting.h"
#include "services/directory/view/view_version.h"

namespace schutznetz::directory {

using DirectoryViewOptions = view::ViewOptions;
using ViewReading = view::Reading<ViewVersion>;

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
  struct Parts;
  void AddMetrics(telemetry::Metrics& metrics) const;
  explicit DirectoryView(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace schutznetz::directory
