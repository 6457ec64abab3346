#include "gateway/upstream/upstream_client.h"

#include <grpc/byte_buffer.h>
#include <grpc/grpc.h>
#include <grpc/slice.h>
#include <grpc/support/time.h>

#include <array>
#include <cstring>
#include <utility>

#include "services/common/access/caller_context.h"
#include "services/common/rpc/queue_edge.h"

namespace schutznetz::gateway {
namespace {

constexpr size_t kMetadataMax = 5;

std::string_view View(const grpc_slice& slice) {
  return {reinterpret_cast<const char*>(GRPC_SLICE_START_PTR(slice)), GRPC_SLICE_LENGTH(slice)};
}

std::string_view Find(const grpc_metadata_array& metadata, std::string_view key) {
  for (size_t i = 0; i < metadata.count; ++i) {
    if (View(metadata.metadata[i].key) == key) return View(metadata.metadata[i].value);
  }
  return {};
}

gpr_timespec DeadlineIn(absl::Duration timeout) {
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                      gpr_time_from_micros(absl::ToInt64Microseconds(timeout), GPR_TIMESPAN));
}

}  // namespace

// The core's view of one call; reused for the next one.
class UpstreamCall {
 public:
  UpstreamCall() {
    grpc_metadata_array_init(&initial_);
    grpc_metadata_array_init(&trailing_);
  }
  ~UpstreamCall() {
    grpc_metadata_array_destroy(&initial_);
    grpc_metadata_array_destroy(&trailing_);
  }

  // False when the core does not take the call: then Fail() and treat it as finished.
  bool Start(grpc_call* call, const UpstreamRequest& request, UpstreamReceiver& to);
  void Fail() { status_ = GRPC_STATUS_INTERNAL; }
  void Cancel() {
    receiver = nullptr;
    grpc_call_cancel(call_, nullptr);
  }
  // Views into what the core delivered. `scratch` joins a message that came in pieces.
  UpstreamReply Reply(std::string* scratch) const;
  // Gives everything back to the core.
  void Finish();

  UpstreamReceiver* receiver = nullptr;  // null: nobody waits any more, or the call is free
  UpstreamCall* next = nullptr;          // in the stack of finished ones
  bool running = false;

 private:
  void AddMetadata(const char* key, std::string_view value);

  grpc_call* call_ = nullptr;
  grpc_byte_buffer* message_ = nullptr;
  std::string text_;  // the values of the metadata: the core refers to them until the call is over
  std::array<grpc_metadata, kMetadataMax> sent_ = {};
  size_t sent_count_ = 0;
  grpc_metadata_array initial_ = {};
  grpc_metadata_array trailing_ = {};
  grpc_byte_buffer* reply_ = nullptr;
  grpc_status_code status_ = GRPC_STATUS_UNKNOWN;
  grpc_slice details_ = {};
};

void UpstreamCall::AddMetadata(const char* key, std::string_view value) {
  if (value.empty()) return;
  const size_t offset = text_.size();
  text_.append(value);  // within the capacity reserved by Start: earlier values do not move
  sent_[sent_count_].key = grpc_slice_from_static_string(key);
  sent_[sent_count_].value = grpc_slice_from_static_buffer(text_.data() + offset, value.size());
  ++sent_count_;
}

bool UpstreamCall::Start(grpc_call* call, const UpstreamRequest& request, UpstreamReceiver& to) {
  call_ = call;
  receiver = &to;
  running = true;
  text_.clear();
  text_.reserve(request.request_id.size() + request.traceparent.size() + request.position.size() +
                request.caller.size());
  sent_count_ = 0;
  AddMetadata("x-request-id", request.request_id);
  AddMetadata("traceparent", request.traceparent);
  AddMetadata("schutznetz-position", request.position);
  AddMetadata(access::kCallerMetadata, request.caller);
  grpc_slice message = grpc_slice_from_copied_buffer(request.message.data(), request.message.size());
  message_ = grpc_raw_byte_buffer_create(&message, 1);
  grpc_slice_unref(message);

  std::array<grpc_op, 6> ops = {};
  ops[0].op = GRPC_OP_SEND_INITIAL_METADATA;
  ops[0].data.send_initial_metadata.count = sent_count_;
  ops[0].data.send_initial_metadata.metadata = sent_.data();
  ops[1].op = GRPC_OP_SEND_MESSAGE;
  ops[1].data.send_message.send_message = message_;
  ops[2].op = GRPC_OP_SEND_CLOSE_FROM_CLIENT;
  ops[3].op = GRPC_OP_RECV_INITIAL_METADATA;
  ops[3].data.recv_initial_metadata.recv_initial_metadata = &initial_;
  ops[4].op = GRPC_OP_RECV_MESSAGE;
  ops[4].data.recv_message.recv_message = &reply_;
  ops[5].op = GRPC_OP_RECV_STATUS_ON_CLIENT;
  ops[5].data.recv_status_on_client.trailing_metadata = &trailing_;
  ops[5].data.recv_status_on_client.status = &status_;
  ops[5].data.recv_status_on_client.status_details = &details_;
  return grpc_call_start_batch(call_, ops.data(), ops.size(), rpc::Given(this), nullptr) == GRPC_CALL_OK;
}

UpstreamReply UpstreamCall::Reply(std::string* scratch) const {
  UpstreamReply reply;
  reply.code = static_cast<absl::StatusCode>(status_);
  reply.position = Find(trailing_, "schutznetz-position");
  if (reply.position.empty()) reply.position = Find(initial_, "schutznetz-position");
  if (status_ != GRPC_STATUS_OK) {
    reply.text = View(details_);
    reply.details = Find(trailing_, "grpc-status-details-bin");
    return reply;
  }
  if (reply_ == nullptr) {  // a server that says OK without a message breaks the protocol
    reply.code = absl::StatusCode::kInternal;
    reply.text = "the server sent no message";
    return reply;
  }
  const grpc_slice_buffer& pieces = reply_->data.raw.slice_buffer;
  if (pieces.count == 1) {
    reply.message = View(pieces.slices[0]);
  } else if (pieces.count > 1) {
    scratch->clear();
    scratch->reserve(pieces.length);
    for (size_t i = 0; i < pieces.count; ++i) scratch->append(View(pieces.slices[i]));
    reply.message = *scratch;
  }
  return reply;
}

void UpstreamCall::Finish() {
  grpc_call_unref(std::exchange(call_, nullptr));
  grpc_byte_buffer_destroy(std::exchange(message_, nullptr));
  if (reply_ != nullptr) grpc_byte_buffer_destroy(std::exchange(reply_, nullptr));
  grpc_slice_unref(std::exchange(details_, grpc_empty_slice()));
  initial_.count = trailing_.count = 0;  // the entries belonged to the call; the arrays are kept
  receiver = nullptr;
  running = false;
}

UpstreamClient::UpstreamClient(const std::vector<ChannelOptions>& targets, const std::vector<Method>& methods) {
  grpc_init();
  std::vector<std::vector<UpstreamMethod>> per_target(targets.size());
  for (const Method& method : methods) {
    places_.push_back({method.target, per_target[method.target].size()});
    per_target[method.target].push_back(method.method);
  }
  for (size_t i = 0; i < targets.size(); ++i) {
    pools_.push_back(std::make_unique<ChannelPool>(targets[i], per_target[i]));
  }
  queue_ = grpc_completion_queue_create_for_next(nullptr);
  thread_ = std::thread([this] { RunQueue(); });
}

UpstreamClient::~UpstreamClient() {
  Close();
  grpc_completion_queue_destroy(queue_);
  calls_.clear();
  pools_.clear();
  grpc_shutdown();
}

void UpstreamClient::RunQueue() {
  while (true) {
    const grpc_event event = grpc_completion_queue_next(queue_, gpr_inf_future(GPR_CLOCK_REALTIME), nullptr);
    if (event.type == GRPC_QUEUE_SHUTDOWN) return;
    auto* const call = static_cast<UpstreamCall*>(rpc::Taken(event.tag));
    HandOver(call);
  }
}

void UpstreamClient::HandOver(UpstreamCall* call) {
  UpstreamCall* newest = finished_.load(std::memory_order_relaxed);
  do {
    call->next = newest;
  } while (!finished_.compare_exchange_weak(newest, call, std::memory_order_release, std::memory_order_relaxed));
  // Whoever empties the stack takes all of it, so only the first one needs to wake.
  if (newest == nullptr && wake_) wake_();
}

void UpstreamClient::RunFinished() {
  UpstreamCall* newest = finished_.exchange(nullptr, std::memory_order_acquire);
  UpstreamCall* oldest = nullptr;
  while (newest != nullptr) {
    UpstreamCall* const call = std::exchange(newest, newest->next);
    call->next = std::exchange(oldest, call);
  }
  while (oldest != nullptr) {
    UpstreamCall* const call = std::exchange(oldest, oldest->next);
    if (call->receiver != nullptr) call->receiver->OnReply(call->Reply(&scratch_));
    Release(call);
  }
}

UpstreamCall* UpstreamClient::TakeFree() {
  if (free_.empty()) {
    calls_.push_back(std::make_unique<UpstreamCall>());
    free_.reserve(calls_.size());
    return calls_.back().get();
  }
  UpstreamCall* const call = free_.back();
  free_.pop_back();
  return call;
}

void UpstreamClient::Release(UpstreamCall* call) {
  call->Finish();
  free_.push_back(call);
}

UpstreamCall* UpstreamClient::Start(const UpstreamRequest& request, UpstreamReceiver& receiver) {
  const Place place = places_[request.method];
  const std::vector<ChannelPool::Line>& lines = pools_[place.target]->lines();
  const ChannelPool::Line& line = lines[next_line_++ % lines.size()];
  grpc_call* const call =
      grpc_channel_create_registered_call(line.channel, nullptr, GRPC_PROPAGATE_DEFAULTS, queue_,
                                          line.methods[place.number], DeadlineIn(request.timeout), nullptr);
  UpstreamCall* const running = TakeFree();
  if (!running->Start(call, request, receiver)) {  // metadata that gRPC does not accept
    running->Fail();
    HandOver(running);
  }
  return running;
}

void UpstreamClient::Cancel(UpstreamCall* call) { call->Cancel(); }

void UpstreamClient::Close() {
  if (!thread_.joinable()) return;
  for (const auto& call : calls_) {
    if (call->running) call->Cancel();
  }
  grpc_completion_queue_shutdown(queue_);
  thread_.join();
  RunFinished();
}

bool UpstreamClient::Connected(size_t target) const { return pools_[target]->Connected(); }

}  // namespace schutznetz::gateway
