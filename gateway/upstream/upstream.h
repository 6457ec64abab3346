// Calling the servers behind the gateway: ready message bytes out, message bytes and status back.
//
// Used on one worker's thread: Start, Cancel and every OnReply happen there. No gRPC in this header.
#pragma once

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace schutznetz::gateway {

// One call. All views are copied by Start. Metadata is this list and nothing else: one malformed `-bin` field from a
// client would close the connection that all clients share.
struct UpstreamRequest {
  size_t method = 0;         // number of the method, as given to the client's constructor
  std::string_view message;  // serialized
  absl::Duration timeout;
  std::string_view request_id;
  std::string_view traceparent;
  std::string_view position;  // of schutznetz-position; empty: absent
  std::string_view caller;    // the caller context; empty: the public
};

// What came back. Valid during OnReply.
struct UpstreamReply {
  absl::StatusCode code = absl::StatusCode::kOk;
  std::string_view text;      // of an error, not for clients: it may be a library's
  std::string_view details;   // of an error: a serialized google.rpc.Status, or empty
  std::string_view message;   // serialized, when the code is OK
  std::string_view position;  // schutznetz-position, or empty
};

class UpstreamReceiver {
 public:
  virtual ~UpstreamReceiver() = default;
  // Exactly once for each Start that is not cancelled.
  virtual void OnReply(const UpstreamReply& reply) = 0;
};

class UpstreamCall;  // a running call, owned by the client

class Upstream {
 public:
  virtual ~Upstream() = default;
  // Never blocks. `receiver` must live until OnReply or Cancel.
  virtual UpstreamCall* Start(const UpstreamRequest& request, UpstreamReceiver& receiver) = 0;
  // Ends the call here and at the server. OnReply does not follow.
  virtual void Cancel(UpstreamCall* call) = 0;
};

}  // namespace schutznetz::gateway
