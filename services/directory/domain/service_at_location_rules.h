// Rules of ServiceAtLocation: one for each pair of service and location.
#pragma once

#include <string>
#include <vector>

#include "services/common/record/resource_rules.h"

namespace schutznetz::directory {

class ServiceAtLocationRules final : public record::ResourceRules {
 public:
  using ResourceRules::ResourceRules;

  void Check(const record::Draft& draft, std::vector<errors::FieldViolation>* violations) const override;
  record::RecordScope ScopeOf(const google::protobuf::Message& resource,
                              const std::vector<record::Loaded>& parents) const override;
  std::vector<std::string> UniqueValues(const google::protobuf::Message& resource) const override;
};

}  // namespace schutznetz::directory
