// What a server-streaming handler gives the engine: a feed that is asked for the next message whenever there is one and
// the client can take it. No gRPC: handlers can be called by a test.
//
//   registry.Stream<WatchRequest>("Watch", [&](const rpc::CallContext& call, const WatchRequest& request,
//       rpc::StreamWake wake) -> absl::StatusOr<std::unique_ptr<rpc::StreamFeed>> { … });
#pragma once

#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/common/rpc/wire_reply.h"

namespace schutznetz::rpc {

// Called by one thread at a time, never after the stream ended; destroyed then.
class StreamFeed {
 public:
  virtual ~StreamFeed() = default;

  // The next message as the caller may see it, from memory, without waiting; nothing when there is none now: then the
  // wake that the handler was given says when to ask again. An error ends the stream with it, OUT_OF_RANGE included;
  // `ended` set true ends it with OK.
  virtual absl::StatusOr<std::optional<WireReply>> Next(bool& ended) = 0;
};

// Asks the engine to call Next soon, maybe within this call. From any thread, also after the stream ended; must not be
// called from within Next or while holding a lock that Next takes.
using StreamWake = std::function<void()>;

}  // namespace schutznetz::rpc
