#include "gateway/testing/fake_exchange.h"

#include <utility>

#include "services/common/errors/errors.h"

namespace schutznetz::gateway::testing {

FakeExchange::FakeExchange(const access::ContextKeys& keys, std::string jwks)
    : jwks_(std::move(jwks)),
      verifier_(keys, "exchange", clock_),
      backend_([this](const BackendCall& call) { return Answer(call); }) {}

void FakeExchange::Grant(const std::string& who, exchange::v1::ResolvedCaller caller) {
  const std::lock_guard lock(mutex_);
  callers_[who] = std::move(caller);
  ++version_;
}

void FakeExchange::Revoke(const std::string& who) {
  const std::lock_guard lock(mutex_);
  callers_.erase(who);
  ++version_;
}

void FakeExchange::FailWith(absl::Status error) {
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
}

void FakeExchange::FailResolving(absl::Status error) {
  const std::lock_guard lock(mutex_);
  resolve_error_ = std::move(error);
}

int64_t FakeExchange::version() {
  const std::lock_guard lock(mutex_);
  return version_;
}

BackendAnswer FakeExchange::Answer(const BackendCall& call) {
  const std::lock_guard lock(mutex_);
  BackendAnswer answer;
  const auto context = call.metadata.find(access::kCallerMetadata);
  const auto caller = verifier_.Verify(context == call.metadata.end() ? "" : context->second);
  if (!caller.ok() || !caller->grants().roles.Has(access::Role::kInternal)) {
    answer.error = errors::AccessDenied();
  } else if (!error_.ok()) {
    answer.error = error_;
  } else if (call.method.ends_with("/GetRightsVersion")) {
    ++polls_;
    exchange::v1::RightsVersion reply;
    reply.set_version(version_);
    answer.message = reply.SerializeAsString();
  } else if (call.method.ends_with("/GetSigningKeys")) {
    exchange::v1::SigningKeys reply;
    reply.set_jwks(jwks_);
    answer.message = reply.SerializeAsString();
  } else {
    Resolve(call, &answer);
  }
  return answer;
}

void FakeExchange::Resolve(const BackendCall& call, BackendAnswer* answer) {
  ++resolved_;
  answer->wait = later_;
  answer->error = resolve_error_;
  exchange::v1::ResolveCallerRequest request;
  request.ParseFromString(call.message);
  const auto found = callers_.find(request.has_token() ? request.token().issuer() + " " + request.token().subject()
                                                       : request.key().key_id() + " " + request.key().secret());
  if (found == callers_.end()) {
    if (answer->error.ok()) answer->error = errors::CredentialsRequired();
    return;
  }
  exchange::v1::ResolvedCaller caller = found->second;
  caller.set_rights_version(version_);
  answer->message = caller.SerializeAsString();
}

}  // namespace schutznetz::gateway::testing
