// Implementation reports: made from measures, events and networks, kept as they were, shown as documents.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "schutznetz/events/v1/report.pb.h"
#include "services/common/record/standard_methods.h"
#include "services/common/storage/transaction.h"
#include "services/events/domain/measures.h"
#include "services/events/domain/report_rules.h"
#include "services/events/domain/statistics.h"
#include "services/events/domain/stored_reads.h"

namespace schutznetz::events {

inline constexpr char kReportKind[] = "report";
inline constexpr int kReportMeasuresMax = 500;
inline constexpr int kReportEventsMax = 1000;
inline constexpr int64_t kReportBytesMax = 1 << 20;

// Immutable, thread safe. Codes are those of record::StandardMethods unless a function says more.
class Reports {
 public:
  // All must outlive it.
  Reports(const record::StandardMethods& methods, const record::RuleSet& all, const ReportRules& rules,
          const Measures& measures, const StatisticsOfEvents& statistics)
      : methods_(methods), reads_(all, rules), measures_(measures), statistics_(statistics) {}

  const StoredReads& reads() const { return reads_; }

  // A report holds what everybody may know, whoever makes it. RESOURCE_EXHAUSTED (SIZE_LIMIT): it would be longer than
  // kReportBytesMax.
  absl::StatusOr<record::Presented> Create(storage::Transaction& tx, const record::Author& author,
                                           const v1::CreateReportRequest& request,
                                           const std::vector<DirectoryNetwork>& networks) const;
  absl::StatusOr<record::Presented> Delete(storage::Transaction& tx, const record::Author& author,
                                           const v1::DeleteReportRequest& request) const;

 private:
  absl::Status Fill(storage::ReadTransaction& tx, const std::vector<DirectoryNetwork>& networks, absl::Time now,
                    v1::Report* report) const;

  const record::StandardMethods& methods_;
  const StoredReads reads_;
  const Measures& measures_;
  const StatisticsOfEvents& statistics_;
};

}  // namespace schutznetz::events
