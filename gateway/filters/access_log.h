#pragma once

#include "gateway/filters/filter.h"
#include "services/common/telemetry/log.h"

namespace schutznetz::gateway {

// Writes one line per request, from the allow-list of LogLine: the route's template, never path or query. Outermost, so
// that it sees the answer as it leaves.
class AccessLogFilter final : public Filter {
 public:
  explicit AccessLogFilter(telemetry::LogWriter& log) : log_(log) {}  // must outlive the filter

  std::string_view name() const override { return "access_log"; }
  void After(Call& call) const override;
  void Dropped(Call& call) const override;

 private:
  telemetry::LogLine LineOf(const Call& call) const;

  telemetry::LogWriter& log_;
};

}  // namespace schutznetz::gateway
