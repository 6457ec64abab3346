#pragma once

#include "gateway/filters/filter.h"

namespace schutznetz::gateway {

// Idempotency-Key of POST and PATCH becomes the request_id of messages that have one.
class IdempotencyFilter final : public Filter {
 public:
  std::string_view name() const override { return "idempotency"; }
  Verdict Before(Call& call) const override;
};

}  // namespace schutznetz::gateway
