#include "services/common/rpc/server.h"

#include <arpa/inet.h>
#include <grpc/grpc.h>
#include <grpcpp/alarm.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/rpc/guard_chain.h"
#include "services/common/rpc/health.h"
#include "services/common/rpc/method_table.h"
#include "services/common/rpc/queue_edge.h"
#include "services/common/rpc/raw_service.h"
#include "services/common/rpc/stream_call.h"
#include "services/common/rpc/transport.h"
#include "services/common/rpc/unary_call.h"
#include "services/common/rpc/work_pool.h"

namespace schutznetz::rpc {
namespace {

// Calls asked for ahead, per method and queue. A call that comes while none is asked for waits inside gRPC, no more.
constexpr int kCallsAhead = 32;

bool IsLoopback(const std::string& address) {
  in_addr v4 = {};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6 = {};
  return inet_pton(AF_INET6, address.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

std::string ListenTarget(const ServerOptions& options) {
  const bool is_v6 = options.listen_address.find(':') != std::string::npos;
  return absl::StrCat(is_v6 ? "[" : "", options.listen_address, is_v6 ? "]:" : ":", options.listen_port);
}

void SetLimits(const ServerOptions& options, grpc::ServerBuilder* builder) {
  builder->SetMaxReceiveMessageSize(static_cast<int>(options.receive_bytes_max));
  builder->SetMaxSendMessageSize(static_cast<int>(options.send_bytes_max));
  // The defaults of SAFETY section 3, times in milliseconds.
  const std::pair<const char*, int> kArguments[] = {
      {GRPC_ARG_ALLOW_REUSEPORT, 0},  // a taken port must fail
      {GRPC_ARG_MAX_METADATA_SIZE, 8 * 1024},
      {GRPC_ARG_MAX_CONCURRENT_STREAMS, 100},
      {GRPC_ARG_MAX_CONNECTION_AGE_MS, 30 * 60 * 1000},
      {GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 30 * 1000},
      {GRPC_ARG_MAX_CONNECTION_IDLE_MS, 5 * 60 * 1000},
      {GRPC_ARG_KEEPALIVE_TIME_MS, 60 * 1000},
      {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20 * 1000},
      {GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1},
      {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 60 * 1000},
      {GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2},
      {GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10 * 1000},
  };
  for (const auto& [name, value] : kArguments) builder->AddChannelArgument(name, value);
  grpc::ResourceQuota quota("schutznetz");
  quota.Resize(static_cast<size_t>(options.memory_bytes_max));
  builder->SetResourceQuota(quota);
}

// While a server shuts down: cancels what is left when no call runs any more. That is what gRPC 1.51 forgot (a call
// that came in the moment of the shutdown, whose caller would hear nothing until its deadline), and requests whose rest
// does not come. Without it either would hold the stop up until its last moment.
class LeftOvers {
 public:
  // `is_idle` says whether no call runs.
  LeftOvers(grpc::Server& server, std::function<bool()> is_idle) : server_(server), is_idle_(std::move(is_idle)) {
    thread_ = std::thread([this] { Run(); });
  }
  ~LeftOvers() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

 private:
  static constexpr auto kLook = std::chrono::milliseconds(20);
  static constexpr int kIdleLooks = 25;  // in a row, so that what is on its way arrives

  void Run() {
    std::unique_lock lock(mutex_);
    for (int idle = 0; idle < kIdleLooks; idle = is_idle_() ? idle + 1 : 0) {
      if (changed_.wait_for(lock, kLook, [this] { return over_; })) return;
    }
    grpc_server_cancel_all_calls(server_.c_server());
  }

  grpc::Server& server_;
  const std::function<bool()> is_idle_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;
};

// Closes a queue from its own thread, behind every call that already waits in it and after the last call that is away:
// gRPC allows no answer on a closed queue. What keeps calls away (the pool, the database) has its own deadlines.
class QueueStop final : public QueueTag {
 public:
  QueueStop(const CallServices& calls, CallQueue& queue) : calls_(calls), queue_(*queue.queue) { Arm(); }

  void Proceed(bool) override {
    if (calls_.running.load(std::memory_order_acquire) > 0) return Arm();
    queue_.Shutdown();
  }

 private:
  void Arm() {
    alarm_.Set(&queue_, absl::ToChronoTime(absl::Now() + absl::Milliseconds(1)), Given(static_cast<QueueTag*>(this)));
  }

  const CallServices& calls_;
  grpc::ServerCompletionQueue& queue_;
  grpc::Alarm alarm_;
};

}  // namespace

class Server::Engine {
 public:
  Engine(ServerOptions options, ServerParts parts)
      : options_(std::move(options)), parts_(parts), guards_(parts.clock, parts.authenticator) {
    registries_.push_back(&health_.registry());
  }
  ~Engine() { Shutdown(absl::ZeroDuration()); }

  void Add(Registry& registry) {
    registries_.push_back(&registry);
    health_.AddService(registry.service());
  }

  absl::Status Start() {
    RETURN_IF_ERROR(CheckAddress());
    ASSIGN_OR_RETURN(table_, BuildMethodTable(registries_, parts_.metrics));
    streams_ =
        std::make_unique<StreamSet>(guards_, parts_.clock, parts_.log, static_cast<size_t>(options_.send_bytes_max),
                                    static_cast<size_t>(options_.streams_max));
    service_ = std::make_unique<RawService>(table_, *streams_);
    pool_ = std::make_shared<WorkPool>(options_.pool_threads, options_.pool_waiting_max, parts_.clock);
    MakeCallServices();
    RETURN_IF_ERROR(Listen());
    for (CallQueue& queue : queues_) threads_.emplace_back([this, &queue] { Serve(queue); });
    return absl::OkStatus();
  }

  void Shutdown(absl::Duration finish_wait) {
    if (server_ == nullptr) return;
    health_.SetServing(false);
    streams_->Drain();
    // Calls are asked for to the end: one that comes while none is asked for is refused.
    {
      const LeftOvers left_overs(*server_, [this] { return OpenCalls() == 0; });
      server_->Shutdown(absl::ToChronoTime(absl::Now() + finish_wait));
    }
    calls_->draining.store(true);
    pool_->Stop();
    std::deque<QueueStop> stops;
    for (CallQueue& queue : queues_) stops.emplace_back(*calls_, queue);
    for (std::thread& thread : threads_) thread.join();
    server_.reset();
  }

  void RunUntilSignal() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    int received = 0;
    sigwait(&signals, &received);
    health_.SetServing(false);
    LogEvent("drain_begins");
    absl::SleepFor(options_.drain_wait);
    Shutdown(options_.finish_wait);
    LogEvent("stopped");
  }

  int port() const { return port_; }
  HealthState& health() { return health_; }

 private:
  absl::Status CheckAddress() const {
    if (!options_.tls.complete()) return errors::InvalidField("tls", "Needs certificate, key and authorities.");
    if (options_.tls.given() || IsLoopback(options_.listen_address)) return absl::OkStatus();
    return errors::InvalidField("listen_address", "Must be a loopback address: listening beyond needs mutual TLS.");
  }

  void MakeCallServices() {
    telemetry::Counter& refused = parts_.metrics.AddCounter(
        "schutznetz_calls_refused_total", "Calls turned away because too many were running or waiting.");
    parts_.metrics.AddGauge("schutznetz_pool_waiting", "Calls that wait for a thread of the pool.",
                            [pool = pool_] { return static_cast<double>(pool->waiting()); });
    calls_.reset(new CallServices{guards_, parts_.clock, parts_.sealer, parts_.waiter, parts_.log, *pool_, *service_,
                                  refused, options_.calls_running_max, static_cast<size_t>(options_.send_bytes_max)});
    parts_.metrics.AddGauge("schutznetz_calls_running", "Calls away from the completion queues.",
                            [calls = calls_] { return static_cast<double>(calls->running.load()); });
  }

  absl::Status Listen() {
    ASSIGN_OR_RETURN(const std::shared_ptr<grpc::ServerCredentials> transport, TransportOf(options_.tls));
    grpc::EnableDefaultHealthCheckService(false);
    grpc::ServerBuilder builder;
    SetLimits(options_, &builder);
    builder.AddListeningPort(ListenTarget(options_), transport, &port_);
    builder.RegisterService(service_.get());
    for (int i = 0; i < options_.completion_threads; ++i) queues_.emplace_back(builder.AddCompletionQueue());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0) {
      queues_.clear();
      return absl::UnavailableError(absl::StrCat("cannot listen on ", ListenTarget(options_), ": is the port taken?"));
    }
    LogEvent("listening");
    return absl::OkStatus();
  }

  int OpenCalls() const {
    int open = 0;
    for (const CallQueue& queue : queues_) open += queue.open.load(std::memory_order_relaxed);
    return open;
  }

  void Serve(CallQueue& queue) {
    for (size_t i = 0; i < table_.size(); ++i) {
      if (table_[i]->is_stream()) continue;
      for (int n = 0; n < kCallsAhead; ++n) UnaryCall::Await(*calls_, *table_[i], static_cast<int>(i), queue);
    }
    void* tag = nullptr;
    bool ok = false;
    while (queue.queue->Next(&tag, &ok)) static_cast<QueueTag*>(Taken(tag))->Proceed(ok);
  }

  void LogEvent(telemetry::Literal event) {
    telemetry::LogLine line;
    line.event = event;
    line.port = port_;
    parts_.log.Write(std::move(line));
  }

  const ServerOptions options_;
  const ServerParts parts_;
  const GuardChain guards_;
  HealthState health_;
  std::vector<const Registry*> registries_;
  MethodTable table_;
  std::unique_ptr<StreamSet> streams_;
  std::unique_ptr<RawService> service_;
  std::shared_ptr<WorkPool> pool_;       // shared with the metrics, which may be read later
  std::shared_ptr<CallServices> calls_;  // likewise
  std::deque<CallQueue> queues_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  std::vector<std::thread> threads_;
};

Server::Server(ServerOptions options, ServerParts parts)
    : engine_(std::make_unique<Engine>(std::move(options), parts)) {}
Server::~Server() = default;

void Server::Add(Registry& registry) { engine_->Add(registry); }
absl::Status Server::Start() { return engine_->Start(); }
int Server::port() const { return engine_->port(); }
void Server::SetServing(bool serving) { engine_->health().SetServing(serving); }
bool Server::serving() const { return engine_->health().serving(); }
void Server::RunUntilSignal() { engine_->RunUntilSignal(); }
void Server::Shutdown(absl::Duration finish_wait) { engine_->Shutdown(finish_wait); }

void BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace schutznetz::rpc
