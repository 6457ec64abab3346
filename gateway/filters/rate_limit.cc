#include "gateway/filters/rate_limit.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gateway/filters/monotonic.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

enum class KeyKind : uint8_t { kAddress, kPrincipal };

constexpr int64_t kMicros = 1'000'000;

rate::RateRule RuleOf(const RateClass& limit) {
  return {std::max<int64_t>(limit.window_s * kMicros / limit.burst, 1), limit.burst};
}

std::vector<rate::RateRule> RulesOf(const RateClassTable& classes) {
  std::vector<rate::RateRule> rules;
  for (const RateClass& limit : classes) rules.push_back(RuleOf(limit));
  return rules;
}

}  // namespace

RateClassTable RateClasses(int64_t factor) {
  constexpr int64_t kDay = 24 * 60 * 60;
  RateClassTable classes;
  classes[common::v1::Rule::RATE_UNSPECIFIED] = {"default", 1 * factor, 1};
  classes[common::v1::Rule::READ] = {"read", 100 * factor, 5};     // 20 a second
  classes[common::v1::Rule::SEARCH] = {"search", 25 * factor, 5};  // 5 a second
  classes[common::v1::Rule::WRITE] = {"write", 10 * factor, 5};    // 2 a second
  classes[common::v1::Rule::EXPORT] = {"export", 4 * factor, kDay};
  classes[common::v1::Rule::HELP] = {"help", 100 * factor, 5};
  classes[common::v1::Rule::LOGIN] = {"login", 30 * factor, 15 * 60};
  return classes;
}

RateLimitFilter::RateLimitFilter(RateClassTable classes, telemetry::Metrics& metrics, const rate::RateSharing& sharing)
    : classes_(std::move(classes)),
      rates_(RulesOf(classes_), sharing, clock_, MonotonicMicros, metrics),
      refused_(metrics.AddCounter("gateway_rate_limited_total", "Calls refused because of their caller's rate.")) {}

Verdict RateLimitFilter::Before(Call& call) const {
  const auto wanted = static_cast<size_t>(call.method()->rule.rate());
  const auto number = static_cast<uint8_t>(wanted < classes_.size() ? wanted : 0);
  const RateClass& limit = classes_[number];
  const auto take = [&](KeyKind kind, std::string_view who) {
    return rates_.Take(number, static_cast<uint8_t>(kind), who, call.start_us);
  };
  const uint64_t address = call.client.LimitKey();
  rate::RateVerdict verdict = take(KeyKind::kAddress, {reinterpret_cast<const char*>(&address), sizeof address});
  if (verdict.admitted && !call.caller.is_public()) {
    const rate::RateVerdict second = take(KeyKind::kPrincipal, call.caller.principal());
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
