#pragma once

#include "gateway/filters/filter.h"

namespace schutznetz::gateway {

// How long the call may take: what `grpc-timeout` or `connect-timeout-ms` asks for, at most what its class gets.
class DeadlineFilter final : public Filter {
 public:
  std::string_view name() const override { return "deadline"; }
  Verdict Before(Call& call) const override;
};

}  // namespace schutznetz::gateway
