// What a handler knows about the call it answers. No gRPC: handlers are plain functions that a test can call.
#pragma once

#include <atomic>
#include <string_view>

#include "absl/time/time.h"
#include "schutznetz/common/v1/rule.pb.h"
#include "services/common/access/caller.h"
#include "services/common/telemetry/text.h"
#include "services/common/telemetry/trace.h"

namespace schutznetz::rpc {

// Filled by the guard chain, then only read. It lives until the call is answered. The default is a call of the public
// without a deadline, good for tests.
struct CallContext {
  std::string_view service;  // "schutznetz.directory.v1.DirectoryService"
  std::string_view method;   // "GetService"
  const common::v1::Rule* rule = nullptr;
  telemetry::ShortText<64> request_id;  // of the log; not the request_id of idempotency
  telemetry::TraceContext trace;
  absl::Time start = absl::InfinitePast();
  absl::Time deadline = absl::InfiniteFuture();
  access::Caller caller;
  const std::atomic<bool>* cancelled_flag = nullptr;

  // The caller went away. Only calls that wait (Blocking, Write) can know.
  bool cancelled() const { return cancelled_flag != nullptr && cancelled_flag->load(std::memory_order_relaxed); }
};

}  // namespace schutznetz::rpc
