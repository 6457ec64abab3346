#pragma once

#include "gateway/filters/filter.h"

namespace schutznetz::gateway {

// Names the request: X-Request-Id is taken over when it is well formed, else made; every answer repeats it. The trace
// of `traceparent` goes on with a span of this gateway, or a new one begins.
class RequestIdFilter final : public Filter {
 public:
  std::string_view name() const override { return "request_id"; }
  Verdict Before(Call& call) const override;
  void After(Call& call) const override;
};

}  // namespace schutznetz::gateway
