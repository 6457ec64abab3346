#include "gateway/testing/fake_backend.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <mutex>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/common/errors/status_proto.h"

namespace schutznetz::gateway::testing {
namespace {

std::string Flatten(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

grpc::Status StatusOf(const absl::Status& error) {
  if (error.ok()) return grpc::Status::OK;
  const google::rpc::Status proto = errors::ToProto(error, "schutznetz.testing");
  return {static_cast<grpc::StatusCode>(proto.code()), proto.message(), proto.SerializeAsString()};
}

}  // namespace

class FakeBackend::Service final : public grpc::CallbackGenericService {
 public:
  explicit Service(FakeBackend::Handler handler) : handler_(std::move(handler)) {
    grpc::ServerBuilder builder;
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterCallbackGenericService(this);
    server_ = builder.BuildAndStart();
  }
  ~Service() override {
    Release();
    server_->Shutdown(std::chrono::system_clock::now());
  }

  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override;
  void Release();

  int port() const { return port_; }
  int Locked(const int& counter) {
    const std::lock_guard lock(mutex_);
    return counter;
  }
  int waiting() {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(waiting_.size());
  }

  int calls = 0;
  int cancelled = 0;

 private:
  class Reactor;

  const FakeBackend::Handler handler_;
  int port_ = 0;
  std::mutex mutex_;
  std::set<Reactor*> waiting_;
  std::unique_ptr<grpc::Server> server_;
};

class FakeBackend::Service::Reactor final : public grpc::ServerGenericBidiReactor {
 public:
  Reactor(Service& service, grpc::GenericCallbackServerContext& context) : service_(service), context_(context) {
    StartRead(&request_);
  }
  void OnReadDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { delete this; }
  void Answer();

 private:
  Service& service_;
  grpc::GenericCallbackServerContext& context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer reply_;
  BackendAnswer answer_;
};

void FakeBackend::Service::Reactor::OnReadDone(bool ok) {
  if (!ok) return Finish(grpc::Status(grpc::StatusCode::INTERNAL, "no message"));
  if (context_.method() == "/grpc.health.v1.Health/Watch") {  // which means to clients: always healthy
    return Finish(grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "no such method"));
  }
  BackendCall call;
  call.method = context_.method();
  call.message = Flatten(request_);
  for (const auto& [name, value] : context_.client_metadata()) {
    call.metadata.emplace(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
  }
  call.time_left = absl::FromChrono(context_.deadline()) - absl::Now();
  answer_ = service_.handler_(call);
  {
    const std::lock_guard lock(service_.mutex_);
    ++service_.calls;
    if (answer_.wait) {
      service_.waiting_.insert(this);
      return;
    }
  }
  Answer();
}

void FakeBackend::Service::Reactor::Answer() {
  for (const auto& [name, value] : answer_.trailing) context_.AddTrailingMetadata(name, value);
  if (!answer_.error.ok()) return Finish(StatusOf(answer_.error));
  const grpc::Slice slice(answer_.message);
  reply_ = grpc::ByteBuffer(&slice, 1);
  StartWriteAndFinish(&reply_, {}, grpc::Status::OK);
}

void FakeBackend::Service::Reactor::OnCancel() {
  {
    const std::lock_guard lock(service_.mutex_);
    if (service_.waiting_.erase(this) == 0) return;
    ++service_.cancelled;
  }
  Finish(grpc::Status::CANCELLED);
}

grpc::ServerGenericBidiReactor* FakeBackend::Service::CreateReactor(grpc::GenericCallbackServerContext* context) {
  return new Reactor(*this, *context);
}

void FakeBackend::Service::Release() {
  std::set<Reactor*> waiting;
  {
    const std::lock_guard lock(mutex_);
    waiting.swap(waiting_);
  }
  for (Reactor* reactor : waiting) reactor->Answer();
}

FakeBackend::FakeBackend(Handler handler) : service_(std::make_unique<Service>(std::move(handler))) {}
FakeBackend::~FakeBackend() = default;
std::string FakeBackend::address() const { return absl::StrCat("127.0.0.1:", service_->port()); }
void FakeBackend::Release() { service_->Release(); }
int FakeBackend::calls() const { return service_->Locked(service_->calls); }
int FakeBackend::waiting() const { return service_->waiting(); }
int FakeBackend::cancelled() const { return service_->Locked(service_->cancelled); }

}  // namespace schutznetz::gateway::testing
