// What answers the reads of publications: the whole catalogue in memory, in immutable versions that follow the change
// log, with its search index.
//
//   ASSIGN_OR_RETURN(auto view, PublicationView::Start(*database, rules, clock));   // ready afterwards
//
// With the database away it keeps answering from the last version; five seconds after its position was last confirmed
// its answers are marked degraded.
#pragma once

#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/rpc/position_waiter.h"
#include "services/common/storage/database.h"
#include "services/common/telemetry/metrics.h"
#include "services/common/time/clock.h"
#include "services/common/view/reading.h"
#include "services/events/domain/publication_rules.h"
#include "services/events/view/publication_version.h"

namespace schutznetz::events {

using PublicationViewOptions = view::ViewOptions;
using PublicationReading = view::Reading<PublicationVersion>;

// Thread safe. `database`, `rules` and `clock` must outlive it; metrics may be read until it ends.
class PublicationView final : public rpc::PositionWaiter {
 public:
  // Builds the first version from the store and follows the change log from there. Returns the first error of reading
  // (codes of storage::ReadTransaction). A publication whose body cannot be read is told to the log and shown to
  // nobody.
  static absl::StatusOr<std::unique_ptr<PublicationView>> Start(storage::Database& database,
                                                                const PublicationRules& rules, const Clock& clock,
                                                                PublicationViewOptions options = {});
  ~PublicationView() override;

  // The newest version. A few nanoseconds.
  PublicationReading Read() const;

  // UNAVAILABLE for a position of another epoch.
  void WhenReached(const storage::Position& position, absl::Time deadline,
                   absl::AnyInvocable<void(absl::Status)> then) override;
  storage::Position position() const override;

  const wire::MessageTable& table() const;
  void AddMetrics(telemetry::Metrics& metrics) const;

 private:
  struct Parts;
  explicit PublicationView(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace schutznetz::events
