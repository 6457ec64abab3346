#include "services/events/domain/plan_rules.h"

#include <string>
#include <utility>
#include <vector>

#include "schutznetz/events/v1/measure.pb.h"
#include "schutznetz/events/v1/report.pb.h"
#include "services/events/domain/measures.h"
#include "services/events/domain/reports.h"

namespace schutznetz::events {
namespace {

template <typename Rules, typename Resource>
std::unique_ptr<const Rules> MakePlanRules(const wire::Tables& tables, std::string kind) {
  record::ResourceRules::Shape shape;
  shape.collection = kind + "s";
  shape.kind = std::move(kind);
  shape.prototype = &Resource::default_instance();
  const auto& full_name = Resource::descriptor()->full_name();
  shape.table = tables.Find(full_name);
  return std::make_unique<Rules>(std::move(shape), std::vector<std::string>{});
}

}  // namespace

PlanRules::PlanRules(const wire::Tables& tables)
    : measure_(MakePlanRules<MeasureRules, v1::Measure>(tables, kMeasureKind)),
      report_(MakePlanRules<ReportRules, v1::Report>(tables, kReportKind)),
      all_({measure_.get(), report_.get()}) {}

}  // namespace schutznetz::events
