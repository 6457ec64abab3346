// The rules of measures and reports, in one set.
#pragma once

#include <memory>

#include "services/common/record/resource_rules.h"
#include "services/common/wire/table.h"
#include "services/events/domain/measure_rules.h"
#include "services/events/domain/report_rules.h"

namespace schutznetz::events {

// Immutable, thread safe.
class PlanRules {
 public:
  // `tables` must hold both messages and outlive this object.
  explicit PlanRules(const wire::Tables& tables);

  const record::RuleSet& all() const { return all_; }
  const MeasureRules& measure() const { return *measure_; }
  const ReportRules& report() const { return *report_; }

 private:
  const std::unique_ptr<const MeasureRules> measure_;
  const std::unique_ptr<const ReportRules> report_;
  const record::RuleSet all_;
};

}  // namespace schutznetz::events
