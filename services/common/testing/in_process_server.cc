#include "services/common/testing/in_process_server.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <sys/mman.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/rpc/grpc_status.h"

namespace schutznetz::testing {
namespace {

constexpr char kName[] = "directory";

}  // namespace

InProcessServer::InProcessServer(rpc::ServerOptions options, const Clock* clock, rpc::PositionWaiter* waiter)
    : clock_(clock != nullptr ? *clock : system_clock_),
      keys_(*access::ContextKeys::Parse(access::NewContextKeyLine("1", access::kGatewayName, kName))),
      minter_(*access::ContextMinter::Create(keys_, access::kGatewayName, kName, clock_)),
      authenticator_(keys_, kName, clock_),
      sealer_(rpc::Sealer::WithRandomKey()),
      log_file_(memfd_create("log", MFD_CLOEXEC)),
      log_(std::make_unique<telemetry::LogWriter>(telemetry::LogWriter::Options{"test", log_file_})),
      server_(std::make_unique<rpc::Server>(
          std::move(options), rpc::ServerParts{clock_, metrics_, *log_, authenticator_, sealer_, waiter})) {
  authenticator_.rights().Confirm(1, absl::InfiniteFuture());
}

InProcessServer::~InProcessServer() {
  Stop();
  log_.reset();
  ::close(log_file_);
}

rpc::Registry& InProcessServer::registry(const std::string& service) {
  std::unique_ptr<rpc::Registry>& entry = registries_[service];
  if (entry == nullptr) {
    entry = std::make_unique<rpc::Registry>(service);
    server_->Add(*entry);
  }
  return *entry;
}

absl::Status InProcessServer::Start() { return server_->Start(); }
void InProcessServer::Stop() { server_->Shutdown(absl::ZeroDuration()); }

std::string InProcessServer::LogText() {
  log_->Flush();
  std::string text(static_cast<size_t>(::lseek(log_file_, 0, SEEK_END)), '\0');
  const ssize_t size = ::pread(log_file_, text.data(), text.size(), 0);
  text.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return text;
}

std::shared_ptr<grpc::Channel> InProcessServer::channel() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 64 << 10);  // room for the details of errors, as the gateway has
  return grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials(),
                                   arguments);
}

void InProcessServer::As(const access::Caller& caller, grpc::ClientContext* context) const {
  context->AddMetadata(access::kCallerMetadata, **minter_->Mint(caller));
}

absl::Status ErrorOf(const grpc::Status& status) { return rpc::FromGrpc(status); }

}  // namespace schutznetz::testing
