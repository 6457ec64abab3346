#pragma once

#include <string>
#include <vector>

#include "gateway/filters/filter.h"

namespace schutznetz::gateway {

// Lets scripts of listed origins read answers; exact origins, never "*" and never with credentials. Answers OPTIONS,
// which is for nothing else here.
class CorsFilter final : public Filter {
 public:
  // `transcoder` must outlive the filter.
  CorsFilter(std::vector<std::string> origins, const Transcoder& transcoder);

  std::string_view name() const override { return "cors"; }
  Verdict Before(Call& call) const override;
  void After(Call& call) const override;

 private:
  bool Allows(const Call& call) const;
  Verdict Options(Call& call) const;

  const std::vector<std::string> origins_;
  const Transcoder& transcoder_;
};

// Whether `text` is an origin as browsers send it: scheme, host and perhaps a port, nothing behind.
bool IsOrigin(std::string_view text);

}  // namespace schutznetz::gateway
