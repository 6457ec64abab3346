#include "services/events/domain/plan_rules.h"

#include <string>
#include <vector>

#include "schutznetz/events/v1/measure.pb.h"
#include "schutznetz/events/v1/report.pb.h"
#include "services/common/record/resource_shape.h"
#include "services/events/domain/measures.h"
#include "services/events/domain/reports.h"

namespace schutznetz::events {

PlanRules::PlanRules(const wire::Tables& tables)
    : measure_(std::make_unique<MeasureRules>(record::ShapeOf<v1::Measure>(tables, kMeasureKind),
                                              std::vector<std::string>{})),
      report_(
          std::make_unique<ReportRules>(record::ShapeOf<v1::Report>(tables, kReportKind), std::vector<std::string>{})),
      all_({measure_.get(), report_.get()}) {}

}  // namespace schutznetz::events
