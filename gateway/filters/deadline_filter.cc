#include "gateway/filters/deadline_filter.h"

#include <algorithm>

#include "gateway/upstream/deadline.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {

Verdict DeadlineFilter::Before(Call& call) const {
  call.timeout = TimeoutMax(call.method()->rule.rate());
  if (const auto value = call.head->Find(Field::kGrpcTimeout)) {
    const auto asked = ParseGrpcTimeout(*value);
    if (!asked.has_value()) {
      return Fail(call, errors::InvalidField("grpc-timeout", "Must be 1 to 8 digits and one of H, M, S, m, u, n."));
    }
    call.timeout = std::min(call.timeout, *asked);
    call.timeout_asked = true;
  }
  if (const auto value = call.head->Find(Field::kConnectTimeoutMs)) {
    const auto asked = ParseConnectTimeout(*value);
    if (!asked.has_value()) return Fail(call, errors::InvalidField("connect-timeout-ms", "Must be 1 to 10 digits."));
    call.timeout = std::min(call.timeout, *asked);
    call.timeout_asked = true;
  }
  return call.timeout > absl::ZeroDuration() ? Verdict::kContinue : Fail(call, errors::DeadlinePassed());
}

}  // namespace schutznetz::gateway
