#pragma once

#include "gateway/filters/filter.h"

namespace schutznetz::gateway {

// Puts the fields on every answer that tell browsers what not to do with it, Vary, and Cache-Control where no filter
// said anything else.
class SecurityHeadersFilter final : public Filter {
 public:
  std::string_view name() const override { return "security_headers"; }
  void After(Call& call) const override;
};

}  // namespace schutznetz::gateway
