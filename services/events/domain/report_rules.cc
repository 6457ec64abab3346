#include "services/events/domain/report_rules.h"

#include "schutznetz/events/v1/report.pb.h"
#include "services/common/record/checks.h"
#include "services/events/domain/statistics.h"

namespace schutznetz::events {

void ReportRules::Check(const record::Draft& draft, std::vector<errors::FieldViolation>* violations) const {
  const auto& report = static_cast<const v1::Report&>(draft.resource);
  record::CheckText("introduction", report.introduction(), violations);
  record::CheckLand("land", report.land(), violations);
  const absl::Status period = StatisticsOfEvents::CheckPeriod(report.start_date(), report.end_date());
  for (errors::FieldViolation& violation : errors::ViolationsOf(period)) violations->push_back(std::move(violation));
}

record::RecordScope ReportRules::ScopeOf(const google::protobuf::Message& resource,
                                         const std::vector<record::Loaded>&) const {
  const auto& report = static_cast<const v1::Report&>(resource);
  record::RecordScope scope;
  if (!report.land().empty()) scope.lands.push_back(report.land());
  return scope;
}

}  // namespace schutznetz::events
