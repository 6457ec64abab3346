#pragma once

#include <string>

#include "gateway/filters/filter.h"

namespace schutznetz::gateway {

// Finds the method that a path and a verb stand for. `GET /` and `GET /v1` list what there is.
class RouteFilter final : public Filter {
 public:
  explicit RouteFilter(const Transcoder& transcoder);  // must outlive the filter

  std::string_view name() const override { return "route"; }
  Verdict Before(Call& call) const override;

 private:
  Verdict Index(Call& call) const;
  void TakeErrorForm(Call& call) const;

  const Transcoder& transcoder_;
  const std::string index_;  // JSON
};

}  // namespace schutznetz::gateway
