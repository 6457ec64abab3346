// Path templates of google.api.http, parsed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace schutznetz::gateway {

struct TemplateSegment {
  enum class Kind { kLiteral, kOne, kRest };  // text, "*", "**"
  Kind kind = Kind::kLiteral;
  std::string literal;
};

// "{field.path=pattern}": the segments it spans.
struct TemplateVariable {
  std::string field_path;  // original names, "service.name"
  size_t first_segment = 0;
  size_t segment_count = 0;
  bool to_end = false;  // the last one is "**"
};

struct PathTemplate {
  std::vector<TemplateSegment> segments;
  std::vector<TemplateVariable> variables;
  std::string verb;  // without the colon, or empty
};

// Parses "/v1/{service.name=services/*}:verify" and the like. INVALID_ARGUMENT with the offset: anything outside the
// grammar of google/api/http.proto, a variable inside a variable, "**" before the end, a literal that needs
// percent-encoding.
absl::StatusOr<PathTemplate> ParsePathTemplate(std::string_view text);

}  // namespace schutznetz::gateway
