#pragma once

#include "gateway/filters/filter.h"

namespace schutznetz::gateway {

// Media types both ways: 406 when the client does not take JSON, 415 when its body is no JSON in UTF-8 or is coded, 411
// when it announces a body without saying where it ends, 400 for a body where there is nothing to say.
class NegotiationFilter final : public Filter {
 public:
  std::string_view name() const override { return "negotiation"; }
  Verdict Before(Call& call) const override;

 private:
  Verdict CheckBody(Call& call) const;
};

// What an Accept field means for us.
struct Acceptance {
  bool json = true;      // application/json or a range around it
  bool problem = false;  // application/problem+json by name
};
Acceptance AcceptanceOf(const RequestHead& head);

// Whether this Content-Type is JSON, in UTF-8 where it names a charset.
bool IsJsonContentType(std::string_view content_type);

}  // namespace schutznetz::gateway
