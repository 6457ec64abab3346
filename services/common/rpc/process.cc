#include "services/common/rpc/process.h"

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "services/common/config/libraries.h"
#include "services/common/telemetry/process_metrics.h"

namespace schutznetz::rpc {
namespace {

// The value, or the end of the program: a secret of the wrong form is an operator's mistake, seen at start.
template <typename T>
T OrExit(const std::string& program, const char* flag, absl::StatusOr<T> result) {
  if (result.ok()) return *std::move(result);
  std::cerr << program << ": --" << flag << ": " << result.status().message() << "\n";
  std::exit(2);
}

access::ContextKeys ReadKeys(const std::string& program, const config::Secret& keys) {
  return OrExit(program, "context_keys_file", access::ContextKeys::Parse(keys.Reveal()));
}

// "directory" of "schutznetz-directory".
std::string NameOf(const std::string& program) {
  constexpr std::string_view kPrefix = "schutznetz-";
  return program.starts_with(kPrefix) ? program.substr(kPrefix.size()) : program;
}

Sealer MakeSealer(const std::string& program, const config::Secret& keys) {
  if (keys.empty()) return Sealer::WithRandomKey();
  return OrExit(program, "seal_keys_file", Sealer::FromKeyText(keys.Reveal()));
}

telemetry::Level LevelOf(const std::string& name) {
  if (name == "debug") return telemetry::Level::kDebug;
  if (name == "warning") return telemetry::Level::kWarning;
  return name == "error" ? telemetry::Level::kError : telemetry::Level::kInfo;
}

// Runs before the first member that starts a thread.
const std::string& AfterBlockingSignals(const std::string& program) {
  config::PrepareLibraries();
  BlockStopSignals();
  std::signal(SIGPIPE, SIG_IGN);  // a log that nobody reads any more must not end the server
  return program;
}

}  // namespace

void ProcessOptions::Define(config::Flags& flags) {
  flags.Text("listen_address", &server.listen_address,
             "Numeric address of the gRPC port; beyond loopback only with the three tls files.");
  flags.Text("tls_certificate_file", &server.tls.certificate,
             "Certificate of this program with its chain, PEM; reloaded when it changes.");
  flags.Text("tls_key_file", &server.tls.key, "Its key, PEM.");
  flags.Text("tls_authorities_file", &server.tls.authorities, "Who signs the certificates of the other programs, PEM.");
  flags.Check([this] { return server.tls.complete() ? "" : "tls_certificate_file: needs all three tls files"; });
  flags.Number("port", &server.listen_port, 0, 65535, "The gRPC port; 0 takes any free one.");
  flags.Text("admin_address", &admin_address, "Numeric address of the admin port.");
  flags.Number("admin_port", &admin_port, 0, 65535, "Port of /livez, /readyz, /metrics, /version and /config.");
  flags.SecretFile(
      "context_keys_file", &context_keys,
      "File with the keys by which programs vouch for callers; without a line to this one, only the public "
      "is answered.");
  flags.SecretFile("seal_keys_file", &seal_keys,
                   "File with the keys that seal page tokens and positions, one per line; replicas share it.");
  flags.Number("completion_threads", &server.completion_threads, 1, 64, "Threads that answer calls from memory.");
  flags.Number("pool_threads", &server.pool_threads, 1, 256, "Threads for calls that wait.");
  flags.Number("pool_waiting_max", &server.pool_waiting_max, 1, 100'000, "Calls that may wait for such a thread.");
  flags.Number("calls_running_max", &server.calls_running_max, 1, 1'000'000, "Writes and waiting calls at a time.");
  flags.Number("streams_max", &server.streams_max, 1, 1'000'000, "Running streams.");
  flags.Number("memory_bytes_max", &server.memory_bytes_max, 16 << 20, int64_t{1} << 40, "Memory for gRPC's buffers.");
  flags.Milliseconds("drain_wait_ms", &server.drain_wait, absl::ZeroDuration(), absl::Minutes(5),
                     "After SIGTERM: time to answer on while not ready.");
  flags.Milliseconds("finish_wait_ms", &server.finish_wait, absl::ZeroDuration(), absl::Minutes(5),
                     "Then: time for running calls to finish.");
  flags.Choice("log_level", &log_level, {"debug", "info", "warning", "error"}, "Least level of log lines.");
}

Process::Process(std::string program, const ProcessOptions& options)
    : program_(std::move(program)),
      options_(options),
      log_({AfterBlockingSignals(program_), 1, LevelOf(options.log_level)}),
      name_(NameOf(program_)),
      context_keys_(ReadKeys(program_, options.context_keys)),
      authenticator_(context_keys_, name_, clock_),
      sealer_(MakeSealer(program_, options.seal_keys)),
      page_tokens_(sealer_, clock_) {
  telemetry::AddProcessMetrics(metrics_, log_);
}

Process::~Process() { admin_.Stop(); }

void Process::WatchRights(const std::string& exchange_address) {
  if (exchange_address.empty()) return;
  rights_client_ = OrExit(program_, "exchange_address",
                          RightsClient::Create(name_, exchange_address, options_.server.tls, context_keys_, clock_));
  WatchRights([client = rights_client_.get()](absl::Duration limit) { return client->Ask(limit); }, {});
}

void Process::WatchRights(access::AskRightsVersion ask, access::RightsWatchOptions options) {
  metrics_.AddGauge("schutznetz_rights_version_age_seconds", "Since the rights version was confirmed.",
                    [this] { return absl::ToDoubleSeconds(authenticator_.rights().age()); });
  rights_watch_ = std::make_unique<access::RightsWatch>(authenticator_.rights(), clock_, std::move(ask), options);
}

cache::Subscription Process::HearOfRights(cache::Cache& cache) {
  if (rights_watch_ == nullptr) return nullptr;
  return cache.OnHint(access::kRightsTopic, [watch = rights_watch_.get()](int64_t) { watch->Wake(); });
}

Server& Process::server() {
  if (server_ == nullptr) {
    server_ = std::make_unique<Server>(options_.server,
                                       ServerParts{clock_, metrics_, log_, authenticator_, sealer_, waiter_});
  }
  return *server_;
}

absl::Status Process::StartAdmin(const std::string& config_dump, std::function<std::string()> not_ready_reason) {
  telemetry::StandardPages pages;
  pages.not_ready_reason = [this, store = std::move(not_ready_reason)] {
    const std::string reason = store();
    if (!reason.empty()) return reason;
    return server().serving() ? std::string() : std::string("not serving");
  };
  pages.metrics_text = [this] { return metrics_.Text(); };
  pages.version_json = config::VersionJson(program_);
  pages.config_text = config_dump;
  server();  // made here, so that the admin thread only reads it
  AddStandardPages(admin_, std::move(pages));
  return admin_.Start(options_.admin_address, options_.admin_port);
}

std::optional<int> Process::StartWhenPossible(const std::function<absl::Status()>& start) const {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  while (true) {
    const absl::Status status = start();
    if (status.ok()) return std::nullopt;
    std::cerr << program_ << ": " << status.message() << "\n";
    if (!absl::IsUnavailable(status)) return 1;
    const timespec pause = {.tv_sec = 1, .tv_nsec = 0};
    if (sigtimedwait(&stop, nullptr, &pause) > 0) return 0;
  }
}

int Process::Run(const std::string& config_dump, std::function<std::string()> not_ready_reason) {
  // What it asks may end before this object.
  const absl::Cleanup stop_watch = [this] {
    if (rights_watch_ != nullptr) rights_watch_->Stop();
  };
  absl::Status status = server().Start();
  if (status.ok() && admin_.port() == 0) status = StartAdmin(config_dump, std::move(not_ready_reason));
  if (!status.ok()) {
    std::cerr << program_ << ": " << status.message() << "\n";
    return 1;
  }
  server().SetServing(true);
  server().RunUntilSignal();
  admin_.Stop();  // the metrics may read parts of the program that end before this object
  return 0;
}

}  // namespace schutznetz::rpc
