// Rules of Publication.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/common/record/resource_rules.h"

namespace schutznetz::events {

class PublicationRules final : public record::ResourceRules {
 public:
  using ResourceRules::ResourceRules;

  void Check(const record::Draft& draft, std::vector<errors::FieldViolation>* violations) const override;
  record::RecordScope ScopeOf(const google::protobuf::Message& resource,
                              const std::vector<record::Loaded>& parents) const override;
  // The identifier of the source, which names one publication.
  std::vector<std::string> UniqueValues(const google::protobuf::Message& resource) const override;
};

// "2024", "2024-05" or "2024-05-31", a day that exists.
bool IsIssueDate(std::string_view text);
// Four digits, a hyphen, three digits and the check digit of ISO 3297.
bool IsIssn(std::string_view text);

inline constexpr char kPublicationKind[] = "publication";
inline constexpr char kPublicationCollection[] = "publications";

}  // namespace schutznetz::events
