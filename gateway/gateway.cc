#include "gateway/gateway.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/descriptors.h"
#include "google/protobuf/descriptor.pb.h"
#include "services/common/config/flags.h"
#include "services/common/errors/macros.h"

namespace schutznetz::gateway {
namespace {

// One upstream method per binding, so that a route's number is the number of its method. All packages that have
// services so far live in the directory server.
std::vector<UpstreamClient::Method> UpstreamMethods(const Transcoder& transcoder) {
  std::vector<UpstreamClient::Method> methods;
  for (const Binding& binding : transcoder.bindings()) {
    methods.push_back({{binding.method->grpc_path, binding.method->no_side_effects}, /*target=*/0});
  }
  return methods;
}

}  // namespace

struct Gateway::WorkerSet {
  WorkerSet(const std::vector<ChannelOptions>& targets, const FilterChain& chain, const Transcoder& transcoder,
            const HttpLimits& limits)
      : upstream(targets, UpstreamMethods(transcoder)), pipeline(chain, transcoder, limits, upstream) {}

  UpstreamClient upstream;
  Pipeline pipeline;
};

Gateway::Gateway(Options options, telemetry::Metrics& metrics, telemetry::LogWriter& log)
    : options_(std::move(options)), metrics_(metrics), log_(log) {}

Gateway::~Gateway() { Stop(); }

absl::Status Gateway::Start(const std::string& config_text) {
  RETURN_IF_ERROR(BuildPipeline());
  RETURN_IF_ERROR(AddWorkers());
  RETURN_IF_ERROR(server_->Start(options_.listen_address, options_.port));
  RETURN_IF_ERROR(StartAdmin(config_text));
  telemetry::LogLine line;
  line.event = "listening";
  line.port = port();
  log_.Write(std::move(line));
  return absl::OkStatus();
}

absl::Status Gateway::BuildPipeline() {
  ASSIGN_OR_RETURN(const google::protobuf::FileDescriptorSet descriptors,
                   LoadDescriptors(options_.descriptor_set_file));
  ASSIGN_OR_RETURN(transcoder_, Transcoder::Build(descriptors));
  FilterOptions filters;
  filters.cors_origins = options_.cors_origins;
  filters.rate_factor = options_.rate_factor;
  filters.running_max = options_.calls_running_max;
  ASSIGN_OR_RETURN(filters.trusted_proxies, IpNetworks::Parse(options_.trusted_proxies));
  server_ = std::make_unique<HttpServer>(options_.limits, filters.trusted_proxies, metrics_);
  ASSIGN_OR_RETURN(chain_, MakeFilterChain(filters, {*transcoder_, metrics_, log_}));
  return absl::OkStatus();
}

absl::Status Gateway::AddWorkers() {
  const std::vector<ChannelOptions> targets = {{.target = options_.directory_address,
                                                .channels = options_.upstream_channels,
                                                .receive_bytes_max = options_.upstream_reply_bytes_max,
                                                .send_bytes_max = options_.limits.body_bytes_max}};
  const int count = options_.workers > 0 ? options_.workers : static_cast<int>(std::thread::hardware_concurrency());
  for (int i = 0; i < std::max(count, 1); ++i) {
    workers_.push_back(std::make_unique<WorkerSet>(targets, *chain_, *transcoder_, options_.limits));
    UpstreamClient& upstream = workers_.back()->upstream;
    Worker& worker = server_->AddWorker(workers_.back()->pipeline);
    upstream.SetWake([&worker, &upstream] { worker.Post([&upstream] { upstream.RunFinished(); }); });
  }
  metrics_.AddGauge("gateway_http_connections", "Open connections.",
                    [this] { return static_cast<double>(server_->connections()); });
  return absl::OkStatus();
}

absl::Status Gateway::StartAdmin(const std::string& config_text) {
  telemetry::AddStandardPages(admin_, {.not_ready_reason = [this] { return NotReadyReason(); },
                                       .metrics_text = [this] { return metrics_.Text(); },
                                       .version_json = config::VersionJson("schutznetz-gateway"),
                                       .config_text = config_text});
  return admin_.Start(options_.admin_address, options_.admin_port);
}

std::string Gateway::NotReadyReason() const {
  if (draining_.load()) return "draining";
  if (reached_.load()) return {};
  for (const auto& worker : workers_) {
    if (!worker->upstream.Connected()) return "the directory server was not reached yet";
  }
  reached_.store(true);
  return {};
}

void Gateway::Drain() {
  draining_.store(true);
  absl::SleepFor(options_.drain_wait);
  server_->Drain();
  const absl::Time end = absl::Now() + options_.finish_wait;
  while (server_->connections() > 0 && absl::Now() < end) absl::SleepFor(absl::Milliseconds(10));
  Stop();
}

void Gateway::Stop() {
  admin_.Stop();
  if (server_ != nullptr) server_->Stop();
  // The workers' threads are gone, their queues can still be posted to.
  for (const auto& worker : workers_) worker->upstream.Close();
}

}  // namespace schutznetz::gateway
