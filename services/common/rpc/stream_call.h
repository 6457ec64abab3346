// Running server-streaming calls. They go through the same guard chain as unary ones, and their caller's rights are
// looked at again before each message and twice a second: who lost them loses the stream (P15). Internal to rpc/.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "absl/status/status.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "services/common/rpc/byte_buffer.h"
#include "services/common/rpc/guard_chain.h"
#include "services/common/rpc/method_table.h"
#include "services/common/rpc/stream.h"

namespace schutznetz::rpc {

class StreamCall;

// All streams of a server. Thread safe.
class StreamSet {
 public:
  // All must outlive it. Streams beyond `streams_max` are refused with UNAVAILABLE.
  StreamSet(const GuardChain& guards, const Clock& clock, telemetry::LogWriter& log, size_t send_bytes_max,
            size_t streams_max);
  ~StreamSet();
  StreamSet(const StreamSet&) = delete;
  StreamSet& operator=(const StreamSet&) = delete;

  // The reactor of a new call; it owns itself.
  grpc::ServerWriteReactor<grpc::ByteBuffer>* Open(const MethodEntry& method, grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* request);
  // Ends all with UNAVAILABLE, so that clients go elsewhere, takes no new ones, and waits until all are gone.
  void Drain();
  size_t size() const;

 private:
  friend class StreamCall;
  bool Enter(const std::shared_ptr<StreamCall>& call);
  void Leave(const std::shared_ptr<StreamCall>& call);
  void Recheck();

  const GuardChain& guards_;
  const Clock& clock_;
  telemetry::LogWriter& log_;
  const size_t send_bytes_max_;
  const size_t streams_max_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::shared_ptr<StreamCall>> calls_;
  bool draining_ = false;
  std::thread keeper_;
};

// One stream. Whoever claims it (`busy_`) works on it alone; everybody else leaves a note and goes.
class StreamCall final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                         public std::enable_shared_from_this<StreamCall> {
 public:
  StreamCall(StreamSet& set, const MethodEntry& method, grpc::CallbackServerContext* context);

  void Begin(const grpc::ByteBuffer* request);
  // Sends what there is.
  void Pump();
  // Ends it with `status`; a message that waits for the client is given up.
  void Stop(absl::Status status);
  // Ends it when the caller's rights are not what they were.
  void Recheck();

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  // Whether this thread may work on it now.
  bool Claim();
  // Works until it waits for the client, the audit log or the feed.
  void Work();
  // False when it is not this thread's any more, or over.
  bool Step();
  void Deliver(WireReply reply);
  void Send(WireReply reply);
  void End(absl::Status status);

  StreamSet& set_;
  grpc::CallbackServerContext* const grpc_context_;
  FlatBytes body_;
  GuardedCall call_;
  std::unique_ptr<StreamFeed> feed_;
  grpc::ByteBuffer message_;
  size_t bytes_ = 0;

  std::mutex mutex_;
  bool busy_ = true;      // until Begin is done
  bool again_ = false;    // woken while busy
  bool writing_ = false;  // busy because the client has not taken the message
  bool over_ = false;
  bool admitted_ = false;  // by the guard chain: from now on `call_` is only read
  std::optional<absl::Status> stop_;
};

}  // namespace schutznetz::rpc
