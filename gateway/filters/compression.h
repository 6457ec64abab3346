#pragma once

#include "gateway/filters/filter.h"

namespace schutznetz::gateway {

// Codes answers from 1 KiB up with brotli or gzip, whichever the client prefers. The coded answer is another
// representation, so its ETag gets a suffix.
class CompressionFilter final : public Filter {
 public:
  std::string_view name() const override { return "compression"; }
  Verdict Before(Call& call) const override;
  void After(Call& call) const override;
};

// The coding to use for this Accept-Encoding.
Coding ChooseCoding(const RequestHead& head);

}  // namespace schutznetz::gateway
