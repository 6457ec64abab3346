// Rules of Event.
#pragma once

#include <vector>

#include "services/common/record/resource_rules.h"

namespace schutznetz::events {

class EventRules final : public record::ResourceRules {
 public:
  using ResourceRules::ResourceRules;

  // Orders the sessions by their begin, names new ones, and tells from them how people attend and when.
  void Derive(const google::protobuf::Message* before, google::protobuf::Message* resource) const override;
  void Check(const record::Draft& draft, std::vector<errors::FieldViolation>* violations) const override;
  // A draft is known to those only who may change it.
  wire::Floors FloorsOfState(const google::protobuf::Message& resource) const override;
  record::RecordScope ScopeOf(const google::protobuf::Message& resource,
                              const std::vector<record::Loaded>& parents) const override;
};

}  // namespace schutznetz::events
