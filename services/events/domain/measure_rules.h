// Rules of Measure.
#pragma once

#include <vector>

#include "schutznetz/events/v1/measure.pb.h"
#include "services/common/record/resource_rules.h"

namespace schutznetz::events {

class MeasureRules final : public record::ResourceRules {
 public:
  using ResourceRules::ResourceRules;

  // Counts versions: one more for each change of anything else.
  void Derive(const google::protobuf::Message* before, google::protobuf::Message* resource) const override;
  void Check(const record::Draft& draft, std::vector<errors::FieldViolation>* violations) const override;
  record::RecordScope ScopeOf(const google::protobuf::Message& resource,
                              const std::vector<record::Loaded>& parents) const override;
};

}  // namespace schutznetz::events
