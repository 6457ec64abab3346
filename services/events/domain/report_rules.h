// Rules of Report.
#pragma once

#include <vector>

#include "services/common/record/resource_rules.h"

namespace schutznetz::events {

class ReportRules final : public record::ResourceRules {
 public:
  using ResourceRules::ResourceRules;

  void Check(const record::Draft& draft, std::vector<errors::FieldViolation>* violations) const override;
  record::RecordScope ScopeOf(const google::protobuf::Message& resource,
                              const std::vector<record::Loaded>& parents) const override;
};

}  // namespace schutznetz::events
