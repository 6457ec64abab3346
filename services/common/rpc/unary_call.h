// One unary call from its request to its answer, as a small state machine over completion-queue tags. Internal to rpc/.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "grpcpp/completion_queue.h"
#include "grpcpp/server_context.h"
#include "services/common/rpc/byte_buffer.h"
#include "services/common/rpc/completion.h"
#include "services/common/rpc/guard_chain.h"
#include "services/common/rpc/position_waiter.h"
#include "services/common/rpc/raw_service.h"
#include "services/common/rpc/sealer.h"
#include "services/common/rpc/work_pool.h"

namespace schutznetz::rpc {

// What comes out of a completion queue.
class QueueTag {
 public:
  virtual void Proceed(bool ok) = 0;

 protected:
  ~QueueTag() = default;
};

// A completion queue and how many calls it has that were received and are not over. The queue's own thread counts, so
// that it costs a call next to nothing.
struct CallQueue {
  explicit CallQueue(std::unique_ptr<grpc::ServerCompletionQueue> queue_in) : queue(std::move(queue_in)) {}

  void Opened() { open.store(open.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }
  void Over() { open.store(open.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed); }

  const std::unique_ptr<grpc::ServerCompletionQueue> queue;
  std::atomic<int> open{0};
};

// What calls share. All members outlive all calls.
struct CallServices {
  const GuardChain& guards;
  const Clock& clock;
  const Sealer& sealer;
  PositionWaiter* waiter;
  telemetry::LogWriter& log;
  WorkPool& pool;
  RawService& service;
  telemetry::Counter& refused;  // calls turned away because too many run or wait
  const int running_max;
  const size_t send_bytes_max;
  std::atomic<bool> draining{false};  // the queues close: no further calls are asked for
  std::atomic<int> running{0};        // calls away from the completion queues
};

// Owns itself: made by Await, deleted when gRPC has returned all its tags.
class UnaryCall final : public QueueTag, private CompletionSink {
 public:
  // Asks for the next call of method `index` on `queue`.
  static void Await(CallServices& services, const MethodEntry& method, int index, CallQueue& queue);

  void Proceed(bool ok) override;

 private:
  // The tag of AsyncNotifyWhenDone.
  struct DoneTag final : QueueTag {
    explicit DoneTag(UnaryCall& owner) : call(owner) {}
    void Proceed(bool ok) override { call.Done(ok); }
    UnaryCall& call;
  };

  UnaryCall(CallServices& services, const MethodEntry& method, int index, CallQueue& queue);
  ~UnaryCall() = default;

  bool waits() const { return method_.handler->kind != HandlerKind::kInline; }
  void Begin();
  void Done(bool ok);
  // Continues when the view reflects the position that the caller asks for, if any.
  void AwaitPosition();
  void Dispatch();
  void Answer();
  void SubmitToPool();
  // Counts the call as away from its queue. False when too many are.
  bool Leave();
  void Refuse();
  void Complete(absl::Status status, WireReply reply) override;
  // The end of a handler: what the audit log must hear is durable before the answer leaves.
  void Conclude(absl::Status status, WireReply reply);
  void Send(const absl::Status& status, WireReply reply);
  void AddMetadata(const WireReply& reply);
  void DropReference();

  CallServices& services_;
  const MethodEntry& method_;
  const int index_;
  CallQueue& queue_;
  grpc::ServerContext grpc_context_;
  grpc::ByteBuffer request_;
  RawResponder responder_;
  DoneTag done_;
  FlatBytes body_;
  GuardedCall call_;
  bool began_ = false;
  bool away_ = false;
  std::atomic<bool> cancelled_{false};
  std::atomic<int> references_;  // tags that gRPC still holds
};

}  // namespace schutznetz::rpc
