// Upstream over gRPC, on the C core: one completion queue and one thread per worker.
//
// The core's C interface instead of the C++ wrapper: the wrapper builds several maps and strings per call, the core
// takes prepared arrays. The completion-queue thread only hands finished calls over; everything else happens on the
// worker's thread, which is woken once for all that finished meanwhile.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/upstream/channel_pool.h"
#include "gateway/upstream/upstream.h"

struct grpc_completion_queue;

namespace schutznetz::gateway {

class UpstreamClient final : public Upstream {
 public:
  // Where a method's calls go: the pool of target `targets[target]`.
  struct Method {
    UpstreamMethod method;
    size_t target = 0;
  };
  UpstreamClient(const std::vector<ChannelOptions>& targets, const std::vector<Method>& methods);
  // Cancels what runs. No OnReply follows; the worker's thread must be gone or not use this object any more.
  ~UpstreamClient() override;
  UpstreamClient(const UpstreamClient&) = delete;
  UpstreamClient& operator=(const UpstreamClient&) = delete;

  // Before the first call: `wake` is called from the queue's thread when RunFinished should be called, soon, on the
  // worker's thread. Until Close returns, it must be possible to call it.
  void SetWake(std::function<void()> wake) { wake_ = std::move(wake); }
  // Delivers the replies of finished calls. On the worker's thread.
  void RunFinished();
  // Cancels what runs and joins the queue's thread. After the worker's thread ended.
  void Close();

  UpstreamCall* Start(const UpstreamRequest& request, UpstreamReceiver& receiver) override;
  void Cancel(UpstreamCall* call) override;
  // Whether the target of this number has a connection. Thread safe.
  bool Connected(size_t target) const;

 private:
  struct Place {  // of a method
    size_t target;
    size_t number;  // in its pool
  };
  void RunQueue();
  void HandOver(UpstreamCall* call);
  UpstreamCall* TakeFree();
  void Release(UpstreamCall* call);

  std::vector<std::unique_ptr<ChannelPool>> pools_;
  std::vector<Place> places_;
  size_t next_line_ = 0;
  grpc_completion_queue* queue_;
  std::function<void()> wake_;
  std::atomic<UpstreamCall*> finished_{nullptr};  // a stack, newest first
  std::vector<UpstreamCall*> free_;
  std::vector<std::unique_ptr<UpstreamCall>> calls_;  // all that were ever needed at once
  std::string scratch_;
  std::thread thread_;
};

}  // namespace schutznetz::gateway
