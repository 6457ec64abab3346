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

// The servers behind the gateway, by number of their upstream target.
enum Server : size_t { kDirectory, kExchange, kEvents };
const std::vector<std::string> kServerNames = {"directory", "exchange", "events"};

// By number of the route, which of the first `count` servers has its method. What none has, the directory server
// answers: it does not know it.
std::vector<size_t> ServersOf(const Transcoder& transcoder, size_t count) {
  std::vector<size_t> servers;
  for (const Binding& binding : transcoder.bindings()) {
    size_t server = count - 1;
    while (server > kDirectory &&
           !binding.method->full_name.starts_with(absl::StrCat("schutznetz.", kServerNames[server], "."))) {
      --server;
    }
    servers.push_back(server);
  }
  return servers;
}

// One upstream method per binding, so that a route's number is the number of its method. Behind them, where there is an
// exchange server, the question who a caller is.
std::vector<UpstreamClient::Method> UpstreamMethods(const Transcoder& transcoder, const std::vector<size_t>& servers,
                                                    bool has_exchange) {
  std::vector<UpstreamClient::Method> methods;
  for (const Binding& binding : transcoder.bindings()) {
    methods.push_back({{binding.method->grpc_path, binding.method->no_side_effects}, servers[methods.size()]});
  }
  if (has_exchange) methods.push_back({{"/schutznetz.exchange.v1.AccessService/ResolveCaller", true}, kExchange});
  return methods;
}

}  // namespace

struct Gateway::WorkerSet {
  explicit WorkerSet(const Gateway& gateway)
      : upstream(gateway.Targets(),
                 UpstreamMethods(*gateway.transcoder_, gateway.servers_, gateway.identity_ != nullptr)),
        callers(MakeLookup(gateway, upstream)),
        pipeline(*gateway.chain_, *gateway.transcoder_, gateway.options_.limits, upstream, PartsOf(gateway)) {}

  static std::unique_ptr<CallerLookup> MakeLookup(const Gateway& gateway, Upstream& upstream) {
    if (gateway.identity_ == nullptr) return nullptr;
    return std::make_unique<CallerLookup>(gateway.identity_->directory(), upstream, gateway.servers_.size(),
                                          gateway.identity_->to_exchange());
  }
  CallerParts PartsOf(const Gateway& gateway) const {
    if (gateway.identity_ == nullptr) return {};
    return {callers.get(), &gateway.identity_->contexts(), &gateway.servers_};
  }

  UpstreamClient upstream;
  std::unique_ptr<CallerLookup> callers;
  Pipeline pipeline;
};

Gateway::Gateway(const Options& options, telemetry::Metrics& metrics, telemetry::LogWriter& log)
    : options_(options), metrics_(metrics), log_(log) {}

Gateway::~Gateway() {
  Stop();
  log_.Flush();  // lines that wait name routes of this object
}

absl::Status Gateway::Start(const std::string& config_text) {
  OpenCache();
  RETURN_IF_ERROR(BuildIdentity());
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

std::vector<ChannelOptions> Gateway::Targets() const {
  const ChannelOptions directory = {.target = options_.directory_address,
                                    .channels = options_.upstream_channels,
                                    .receive_bytes_max = options_.upstream_reply_bytes_max,
                                    .send_bytes_max = options_.limits.body_bytes_max,
                                    .tls = options_.tls,
                                    .server = kServerNames[kDirectory]};
  std::vector<ChannelOptions> targets = {directory};
  for (const std::string* address : {&options_.exchange_address, &options_.events_address}) {
    if (address->empty()) break;  // events_address needs exchange_address
    ChannelOptions& target = targets.emplace_back(directory);
    target.target = *address;
    target.server = kServerNames[targets.size() - 1];
  }
  return targets;
}

void Gateway::OpenCache() {
  if (!options_.redis.address.empty()) cache_ = options_.redis.Open(clock_, metrics_);
}

absl::Status Gateway::BuildIdentity() {
  if (options_.exchange_address.empty()) return absl::OkStatus();
  const std::vector<ChannelOptions> targets = Targets();
  ChannelOptions exchange = targets[kExchange];
  exchange.channels = 1;
  // A lone exchange server that stops goes on answering for its drain_wait: rights stay confirmed over its restart.
  exchange.health_checked = false;
  const IdentityOptions identity = {.issuer = options_.issuer,
                                    .audience = options_.audience,
                                    .typ_may_be_jwt = options_.token_typ_jwt,
                                    .jwks_file = options_.jwks_file,
                                    .jwks_url = options_.jwks_url,
                                    .exchange = exchange,
                                    .servers = {kServerNames.begin(), kServerNames.begin() + targets.size()},
                                    .exchange_server = kExchange};
  ASSIGN_OR_RETURN(identity_, Identity::Create(identity, options_.context_keys.Reveal(), clock_, metrics_, log_));
  if (cache_ != nullptr) identity_->ListenTo(*cache_);
  return absl::OkStatus();
}

absl::Status Gateway::BuildPipeline() {
  ASSIGN_OR_RETURN(const google::protobuf::FileDescriptorSet descriptors,
                   LoadDescriptors(options_.descriptor_set_file));
  ASSIGN_OR_RETURN(transcoder_, Transcoder::Build(descriptors));
  servers_ = ServersOf(*transcoder_, Targets().size());
  FilterOptions filters;
  filters.cors_origins = options_.cors_origins;
  filters.rate_factor = options_.rate_factor;
  filters.running_max = options_.calls_running_max;
  filters.sharing = {cache_.get(), options_.redis.key.Reveal()};
  ASSIGN_OR_RETURN(filters.trusted_proxies, IpNetworks::Parse(options_.trusted_proxies));
  server_ = std::make_unique<HttpServer>(options_.limits, filters.trusted_proxies, metrics_);
  ASSIGN_OR_RETURN(chain_, MakeFilterChain(filters, {*transcoder_, metrics_, log_, identity_.get()}));
  return absl::OkStatus();
}

absl::Status Gateway::AddWorkers() {
  const int count = options_.workers > 0 ? options_.workers : static_cast<int>(std::thread::hardware_concurrency());
  for (int i = 0; i < std::max(count, 1); ++i) {
    workers_.push_back(std::make_unique<WorkerSet>(*this));
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
    if (!worker->upstream.Connected(kDirectory)) return "the directory server was not reached yet";
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
