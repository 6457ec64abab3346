// Forms as clients of OAuth2 and harvesters send them (application/x-www-form-urlencoded), read strictly.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace schutznetz::wire {

// Appends `text` with its percent-escapes decoded, once; '+' is a space. False: a bad escape, or no UTF-8.
bool DecodeFormPart(std::string_view text, std::string* out);

// Immutable after Parse.
class Form {
 public:
  static constexpr size_t kParametersMax = 32;

  // INVALID_ARGUMENT (MALFORMED_BODY): characters that must be escaped, a bad escape, text that CheckText refuses, an
  // empty name, a name that comes twice, or more than 32 parameters. Messages name the place, never a value.
  static absl::StatusOr<Form> Parse(std::string_view text);

  // The value of a parameter; null when it is absent or empty, which is the same (RFC 6749 section 3.2).
  const std::string* Find(std::string_view name) const;

  struct Parameter {
    std::string name;
    std::string value;
  };
  // All, in the order of the form.
  const std::vector<Parameter>& parameters() const { return parameters_; }

 private:
  bool Has(std::string_view name) const;

  std::vector<Parameter> parameters_;
};

}  // namespace schutznetz::wire
