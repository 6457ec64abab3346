#include "gateway/filters/rate_limit.h"

#include <algorithm>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "gateway/filters/monotonic.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

enum class KeyKind : uint8_t { kAddress, kPrincipal };

constexpr int64_t kMicros = 1'000'000;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

std::array<RateClass, 6> RateClasses(int64_t factor) {
  constexpr int64_t kDay = 24 * 60 * 60;
  std::array<RateClass, 6> classes;
  classes[common::v1::Rule::RATE_UNSPECIFIED] = {"default", 1 * factor, 1};
  classes[common::v1::Rule::READ] = {"read", 100 * factor, 5};     // 20 a second
  classes[common::v1::Rule::SEARCH] = {"search", 25 * factor, 5};  // 5 a second
  classes[common::v1::Rule::WRITE] = {"write", 10 * factor, 5};    // 2 a second
  classes[common::v1::Rule::EXPORT] = {"export", 4 * factor, kDay};
  classes[common::v1::Rule::HELP] = {"help", 100 * factor, 5};
  return classes;
}

RateLimitFilter::RateLimitFilter(std::array<RateClass, 6> classes, telemetry::Metrics& metrics)
    : classes_(std::move(classes)),
      refused_(metrics.AddCounter("gateway_rate_limited_total", "Calls refused because of their caller's rate.")) {}

Verdict RateLimitFilter::Before(Call& call) const {
  const auto number = static_cast<size_t>(call.method()->rule.rate());
  const RateClass& limit = classes_[number < classes_.size() ? number : 0];
  const RateRule rule = {std::max<int64_t>(limit.window_s * kMicros / limit.burst, 1), limit.burst};
  // absl::Hash is seeded per process, so that nobody can choose addresses that share an entry.
  RateVerdict verdict =
      table_.Take(absl::HashOf(KeyKind::kAddress, number, call.client.LimitKey()), rule, call.start_us);
  if (verdict.admitted && !call.caller.is_public()) {
    const uint64_t key = absl::HashOf(KeyKind::kPrincipal, number, View(call.caller.principal()));
    const RateVerdict second = table_.Take(key, rule, call.start_us);
    if (!second.admitted || second.remaining < verdict.remaining) verdict = second;
  }
  call.quota = {limit.name, limit.burst, limit.window_s, verdict.remaining, (verdict.reset_us + kMicros - 1) / kMicros};
  if (verdict.admitted) return Verdict::kContinue;
  refused_.Add();
  return Fail(call, errors::RateLimited(absl::Microseconds(verdict.retry_us)));
}

void RateLimitFilter::After(Call& call) const {
  const Quota& quota = call.quota;
  if (quota.policy.empty()) return;
  HeaderBlock& headers = call.response.headers;
  char text[96];
  const auto name = static_cast<int>(quota.policy.size());
  int size = snprintf(text, sizeof(text), "\"%.*s\";q=%lld;w=%lld", name, quota.policy.data(),
                      static_cast<long long>(quota.limit), static_cast<long long>(quota.window_s));
  headers.Add("ratelimit-policy", {text, static_cast<size_t>(size)});
  size = snprintf(text, sizeof(text), "\"%.*s\";r=%lld;t=%lld", name, quota.policy.data(),
                  static_cast<long long>(quota.remaining), static_cast<long long>(quota.reset_s));
  headers.Add("ratelimit", {text, static_cast<size_t>(size)});
}

}  // namespace schutznetz::gateway
