#include "gateway/filters/authentication.h"

#include <utility>

#include "absl/hash/hash.h"
#include "gateway/filters/worker_parts.h"
#include "gateway/http/characters.h"
#include "services/common/access/api_key.h"
#include "services/common/access/rule.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

constexpr std::string_view kScheme = "bearer ";
// Failures of one address: 60 at once, then one every two seconds.
constexpr int64_t kFailuresAtOnce = 60;
constexpr int64_t kFailureIntervalUs = 2'000'000;

// What stands behind "Bearer ", or nothing.
std::string_view TokenOf(std::string_view authorization) {
  if (authorization.size() <= kScheme.size()) return {};
  return EqualsIgnoreCase(authorization.substr(0, kScheme.size()), kScheme) ? authorization.substr(kScheme.size())
                                                                            : std::string_view();
}

// Whether anybody may call the method, with and without credentials.
bool IsOpen(const Call& call) { return access::Allows(call.method()->rule, access::Caller()).ok(); }

}  // namespace

AuthenticationFilter::AuthenticationFilter(Identity* identity, int64_t factor, telemetry::Metrics& metrics)
    : identity_(identity),
      failures_allowed_{kFailureIntervalUs / factor > 0 ? kFailureIntervalUs / factor : 1, kFailuresAtOnce * factor},
      verified_(metrics.AddCounter("gateway_tokens_verified_total", "Tokens whose signature was checked and good.")),
      asked_(metrics.AddCounter("gateway_caller_questions_total",
                                "Requests that had to ask the exchange server who calls.")) {
  for (size_t i = 1; i < refused_.size(); ++i) {
    refused_[i] = &metrics.AddCounter("gateway_tokens_refused_total", "Tokens that were refused.",
                                      {{"problem", std::string(NameOf(static_cast<TokenProblem>(i)))}},
                                      /*hide_while_zero=*/true);
  }
}

Verdict AuthenticationFilter::Before(Call& call) const {
  if (call.answer.has_value()) return Settle(call, *std::exchange(call.answer, std::nullopt));
  if (call.method()->raw_authorization != nullptr) return Verdict::kContinue;  // it checks credentials itself
  const int presented = call.head->Count(Field::kAuthorization) + call.head->Count(Field::kXApiKey);
  if (presented == 0) return IsOpen(call) ? Verdict::kContinue : Fail(call, errors::CredentialsRequired());
  if (presented > 1) return Fail(call, errors::CredentialsRequired());
  return identity_ == nullptr ? Fail(call, errors::CredentialsRequired()) : Identify(call);
}

Verdict AuthenticationFilter::Identify(Call& call) const {
  if (const auto key = call.head->Find(Field::kXApiKey)) return IdentifyKey(call, *key);
  return IdentifyToken(call, TokenOf(*call.head->Find(Field::kAuthorization)));
}

Verdict AuthenticationFilter::IdentifyToken(Call& call, std::string_view token) const {
  Credential credential;
  credential.token = identity_->verifier().Remembered(token);
  if (credential.token == nullptr) {
    if (!MayTry(call)) return Verdict::kAnswered;
    const TokenVerdict verdict = identity_->verifier().Verify(token);
    if (verdict.problem == TokenProblem::kNone) {
      verified_.Add();
    } else {
      refused_[static_cast<size_t>(verdict.problem)]->Add();
    }
    if (verdict.problem == TokenProblem::kNoKeys) {
      return Settle(call, errors::TemporarilyUnavailable(absl::Seconds(1)));
    }
    if (verdict.token == nullptr) return RefuseCredentials(call);
    credential.token = verdict.token;
  }
  credential.session = credential.token->session;
  return Resolve(call, credential);
}

Verdict AuthenticationFilter::IdentifyKey(Call& call, std::string_view text) const {
  const std::optional<access::ApiKey> key = access::ParseApiKey(text);
  if (!key.has_value()) return RefuseCredentials(call);
  return Resolve(call, {.session = SessionOf(text), .token = nullptr, .key_id = key->id, .key_secret = key->secret});
}

Verdict AuthenticationFilter::Resolve(Call& call, const Credential& credential) const {
  CallerDirectory& directory = identity_->directory();
  if (!directory.is_fresh()) return Settle(call, errors::TemporarilyUnavailable(absl::Seconds(1)));
  if (call.caller_is_outdated) directory.Forget(credential.session);
  if (std::optional<access::Caller> caller = directory.Find(credential.session)) {
    return Settle(call, *std::move(caller));
  }
  if (!MayTry(call)) return Verdict::kAnswered;
  asked_.Add();
  call.question = call.worker->callers->Ask(credential, *call.waiter, call.caller_is_outdated);
  return Verdict::kSuspended;
}

Verdict AuthenticationFilter::Settle(Call& call, absl::StatusOr<access::Caller> answer) const {
  if (answer.ok()) {
    call.caller = *std::move(answer);
    return Verdict::kContinue;
  }
  if (answer.status().code() == absl::StatusCode::kUnauthenticated) return RefuseCredentials(call);
  call.caller = {};
  return IsOpen(call) ? Verdict::kContinue : Fail(call, std::move(answer).status());
}

Verdict AuthenticationFilter::RefuseCredentials(Call& call) const {
  failures_.Take(FailureKey(call), failures_allowed_, call.start_us);
  return Fail(call, errors::CredentialsRequired());
}

// Whether this address may try credentials that are not known yet. False: the call is answered.
bool AuthenticationFilter::MayTry(Call& call) const {
  const int64_t wait_us = failures_.WaitOf(FailureKey(call), failures_allowed_, call.start_us);
  if (wait_us == 0) return true;
  Fail(call, errors::RateLimited(absl::Microseconds(wait_us)));
  return false;
}

uint64_t AuthenticationFilter::FailureKey(const Call& call) const { return absl::HashOf(call.client.LimitKey()); }

void AuthenticationFilter::Dropped(Call& call) const {
  if (call.question != nullptr) call.worker->callers->Cancel(call.question, *call.waiter);
  call.question = nullptr;
}

}  // namespace schutznetz::gateway
