#pragma once

#include "gateway/filters/filter.h"

namespace schutznetz::gateway {

// Who may not even ask: a malformed Authorization, or none where the method is not public, is 401. A well-formed local
// operator token is forwarded; the server decides what it opens.
class AuthenticationFilter final : public Filter {
 public:
  std::string_view name() const override { return "authentication"; }
  Verdict Before(Call& call) const override;
};

// Whether this is "Bearer snop_…" with characters and length that a token can have.
bool IsOperatorAuthorization(std::string_view value);

}  // namespace schutznetz::gateway
