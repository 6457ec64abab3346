// One request on its way through the filters. Plain data: each part names the filter that fills it, and everything
// after that filter may read it. Reused from request to request; used on one worker's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/authentication/caller_lookup.h"
#include "gateway/http/ip_address.h"
#include "gateway/http/request_head.h"
#include "gateway/http/response.h"
#include "gateway/transcoding/transcoder.h"
#include "gateway/upstream/upstream.h"
#include "services/common/telemetry/trace.h"

namespace schutznetz::gateway {

class Compressor;
class Exchange;
struct WorkerParts;

// What the answer depended on, besides the path: becomes the field Vary.
enum Vary : uint8_t { kVaryAccept = 1, kVaryAcceptEncoding = 2, kVaryAuthorization = 4, kVaryOrigin = 8 };

enum class Coding : uint8_t { kIdentity, kGzip, kBrotli };

// A quota after a call, for the RateLimit fields.
struct Quota {
  std::string_view policy;  // name of the class; empty: not limited
  int64_t limit = 0;
  int64_t window_s = 0;
  int64_t remaining = 0;
  int64_t reset_s = 0;
};

struct Call {
  static constexpr size_t kNoRoute = SIZE_MAX;

  // From the pipeline.
  const RequestHead* head = nullptr;
  std::string_view body;  // from the filters behind the body on
  IpAddress peer;
  WorkerParts* worker = nullptr;
  int64_t start_us = 0;  // monotonic

  // client_address
  IpAddress client;

  // request_id
  telemetry::ShortText<64> request_id;
  telemetry::TraceContext trace;  // parent_id is the span of this gateway

  // compress
  Coding coding = Coding::kIdentity;

  // route
  RouteMatch match;
  const Binding* binding = nullptr;
  size_t route = kNoRoute;  // number of the binding

  // deadline
  absl::Duration timeout;
  bool timeout_asked = false;  // by the client: it runs since the request began

  // negotiate
  bool problem_json = false;

  // authenticate
  access::Caller caller;
  CallerWaiter* waiter = nullptr;              // from the pipeline; whoever it is told to lands in `answer`
  CallerLookup::Question* question = nullptr;  // open
  std::optional<absl::StatusOr<access::Caller>> answer;
  bool caller_is_outdated = false;  // from the pipeline: a server knows newer rights, so ask anew

  // rate_limit
  Quota quota;

  // overload
  bool counted_as_running = false;

  // idempotency
  std::string_view idempotency_key;

  // conditional
  bool has_if_match = false;
  std::string_view if_match;  // the one etag, without quotes and suffix
  bool create_only = false;   // If-None-Match: *

  // transcode
  std::string message;        // for the upstream
  std::string_view position;  // the answer must reflect it, or empty
  ReplyOptions reply_options;
  Reply reply;
  std::string etag;  // of the reply without quotes; empty: not known yet
  bool not_modified = false;

  // From the pipeline, after the upstream answered; null when it was not asked.
  const UpstreamReply* upstream = nullptr;

  // The outcome. A filter that answers sets `error`, or fills `response` itself.
  absl::Status error;
  int http_status = 0;  // of `error` where HTTP has a status of its own (406, 408, …); 0: by code and reason
  uint8_t vary = 0;
  Response response;

  const Method* method() const { return binding == nullptr ? nullptr : binding->method; }
  // The client cannot tell an answer to HEAD from one to GET, but for the body.
  bool is_read() const { return head->method == "GET" || head->method == "HEAD"; }
  void Clear();
};

}  // namespace schutznetz::gateway
