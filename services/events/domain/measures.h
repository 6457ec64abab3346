// Measures beyond the standard methods: their versions, and reading them from the store.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schutznetz/events/v1/measure.pb.h"
#include "services/common/record/standard_methods.h"
#include "services/common/storage/transaction.h"
#include "services/events/domain/measure_rules.h"
#include "services/events/domain/stored_reads.h"

namespace schutznetz::events {

inline constexpr char kMeasureKind[] = "measure";
inline constexpr char kMeasureVersionKind[] = "measureVersion";  // id: that of the measure, a slash, nine digits

// Immutable, thread safe. Codes are those of record::StandardMethods unless a function says more.
class Measures {
 public:
  // All must outlive it.
  Measures(const record::StandardMethods& methods, const record::RuleSet& all, const MeasureRules& rules)
      : methods_(methods), reads_(all, rules) {}

  const StoredReads& reads() const { return reads_; }

  absl::StatusOr<record::Presented> Create(storage::Transaction& tx, const record::Author& author,
                                           const v1::CreateMeasureRequest& request) const;
  absl::StatusOr<record::Presented> Update(storage::Transaction& tx, const record::Author& author,
                                           const v1::UpdateMeasureRequest& request) const;
  absl::StatusOr<record::Presented> Delete(storage::Transaction& tx, const record::Author& author,
                                           const v1::DeleteMeasureRequest& request) const;
  absl::StatusOr<record::Presented> Undelete(storage::Transaction& tx, const record::Author& author,
                                             const v1::UndeleteMeasureRequest& request) const;

  // Whether a measure is one of those asked for.
  static bool Fits(const v1::Measure& measure, const v1::ListMeasuresRequest& request);

  // Versions as the caller may see them, the latest first, those below `before` (0: all), at most `count_max`. A caller
  // who may not know of the measure as it is now knows of none; versions that were protected are left out for those who
  // may not know them. `disclosed`: the fields of any of them that tell more than everybody sees.
  absl::StatusOr<std::vector<v1::Measure>> Versions(storage::ReadTransaction& tx, const access::Caller& caller,
                                                    std::string_view name, int before, int count_max,
                                                    StoredReads::Disclosed* disclosed = nullptr) const;

 private:
  // Keeps what was just written as a version.
  absl::StatusOr<record::Presented> Keep(storage::Transaction& tx, absl::StatusOr<record::Presented> presented) const;

  const record::StandardMethods& methods_;
  const StoredReads reads_;
};

}  // namespace schutznetz::events
