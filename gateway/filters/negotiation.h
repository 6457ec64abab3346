#pragma once

#include "gateway/filters/filter.h"

namespace schutznetz::gateway {

// Media types both ways: 406 when the client does not take JSON, 415 when its body is no JSON in UTF-8 (or not of the
// media types of a method with a raw body) or is coded, 413 when such a method takes fewer bytes than announced, 411
// when it announces a body without saying where it ends, 400 for a body where there is nothing to say.
class NegotiationFilter final : public Filter {
 public:
  std::string_view name() const override { return "negotiation"; }
  Verdict Before(Call& call) const override;

 private:
  Verdict CheckBody(Call& call) const;
  static Verdict CheckRawBody(Call& call, std::string_view type);
};

// What an Accept field means for us.
struct Acceptance {
  bool json = true;      // application/json or a range around it
  bool problem = false;  // application/problem+json by name
};
Acceptance AcceptanceOf(const RequestHead& head);

// Whether this Content-Type is `media_type`, in UTF-8 where it names a charset.
bool IsContentType(std::string_view content_type, std::string_view media_type);

}  // namespace schutznetz::gateway
