// The query of a request, taken apart. Internal to transcoding/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace schutznetz::gateway {

struct QueryParameter {
  std::string name;         // decoded
  std::string value;        // decoded
  bool well_formed = true;  // false: a bad escape, or not UTF-8; the name is then only fit for a look at its length
};

// Splits "a=1&b=x+y%20z" at '&' and the first '=', and decodes both sides: '+' is a space. Empty pieces are skipped.
std::vector<QueryParameter> SplitQuery(std::string_view query);

}  // namespace schutznetz::gateway
