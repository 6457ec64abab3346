// The guard chain: what every call passes before its handler, in one order stated here.
//
// No gRPC: the engine fills in what arrived, tests do the same by hand.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "services/common/access/authenticator.h"
#include "services/common/rpc/call_context.h"
#include "services/common/rpc/method_table.h"
#include "services/common/telemetry/log.h"
#include "services/common/time/clock.h"

namespace schutznetz::rpc {

// What came over the wire. The views live as long as the call.
struct Arrival {
  std::string_view request_id;   // x-request-id
  std::string_view traceparent;  // traceparent
  std::string_view position;     // schutznetz-position
  std::string_view caller;       // schutznetz-caller-bin
  std::string_view peer;         // the program that mutual TLS proved; empty without it
  absl::Time client_deadline = absl::InfiniteFuture();
  std::string_view body;
};

// One call on its way.
struct GuardedCall {
  const MethodEntry* method = nullptr;
  Arrival arrival;
  CallContext context;
  std::unique_ptr<google::protobuf::Message> request;
};

enum class Guard {
  kRequestId,   // the id of the log, the trace
  kMetrics,     // counted as started; whatever follows ends in RecordEnd, so refusals are counted and logged too
  kDeadline,    // the shorter of the client's and the class's; already passed: DEADLINE_EXCEEDED
  kCaller,      // who calls: UNAUTHENTICATED when a caller context is present but wrong or outdated, UNAVAILABLE when
                // its rights cannot be checked
  kRule,        // may this caller call this method: UNAUTHENTICATED, PERMISSION_DENIED
  kValidation,  // the bytes are the message (MALFORMED_BODY) and its fields keep their options (INVALID_FIELD)
};

// The order. Rights come before the body is looked at: who may not call learns nothing about it.
inline constexpr std::array kGuardOrder = {Guard::kRequestId, Guard::kMetrics, Guard::kDeadline,
                                           Guard::kCaller,    Guard::kRule,    Guard::kValidation};

// Whether `a` stands before `b` in the order.
constexpr bool ComesBefore(Guard a, Guard b) {
  for (const Guard guard : kGuardOrder) {
    if (guard == b) return false;
    if (guard == a) return true;
  }
  return false;
}
static_assert(ComesBefore(Guard::kRequestId, Guard::kMetrics), "the log line of every refusal has an id");
static_assert(ComesBefore(Guard::kMetrics, Guard::kDeadline), "refusals are counted");
static_assert(ComesBefore(Guard::kDeadline, Guard::kCaller), "no work for a call that is over");
static_assert(ComesBefore(Guard::kCaller, Guard::kRule), "a rule is applied to a caller");
static_assert(ComesBefore(Guard::kRule, Guard::kValidation), "rights before shape");

// Thread safe.
class GuardChain {
 public:
  GuardChain(const Clock& clock, access::Authenticator& authenticator) : clock_(clock), authenticator_(authenticator) {}

  // Runs the guards in order and stops at the first refusal. `visited` (may be null) receives each guard that ran.
  absl::Status Enter(GuardedCall& call, std::vector<Guard>* visited = nullptr) const;
  // Whether the caller of a long call has the rights it began with. UNAUTHENTICATED, UNAVAILABLE as the guard kCaller;
  // UNAUTHENTICATED (CREDENTIALS_REQUIRED) when the session is over.
  absl::Status Recheck(const GuardedCall& call) const;

 private:
  absl::Status Apply(Guard guard, GuardedCall& call) const;

  const Clock& clock_;
  access::Authenticator& authenticator_;
};

// Counts the end of a call and writes its log line. Exactly once per entered call.
void RecordEnd(const GuardedCall& call, const absl::Status& status, size_t reply_bytes, absl::Time end,
               telemetry::LogWriter& log);

}  // namespace schutznetz::rpc
