#include "services/events/api/directory_client.h"

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <utility>

#include "absl/time/clock.h"
#include "schutznetz/directory/v1/location.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/rpc/transport.h"
#include "services/common/view/append_field.h"

namespace schutznetz::events {
namespace {

constexpr char kService[] = "/schutznetz.directory.v1.DirectoryService/";
constexpr absl::Duration kAskAgain = absl::Seconds(1);
// An answer comes within milliseconds, or the directory server is away.
constexpr absl::Duration kAnswerTime = absl::Seconds(2);

// "GetOrganization" of "organizations/…". The formats of the fields let no other collection through.
std::string MethodFor(std::string_view name) {
  if (name.starts_with("organizations/")) return "GetOrganization";
  return name.starts_with("networks/") ? "GetNetwork" : "GetLocation";
}

// Every Get request has the name in field 1.
grpc::ByteBuffer RequestFor(const std::string& name) {
  std::string bytes;
  view::AppendBytes(1, name, &bytes);
  grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

// Everybody sees where the location is.
bool TellsAddress(grpc::ByteBuffer* answer) {
  directory::v1::Location location;
  const grpc::Status read = grpc::SerializationTraits<directory::v1::Location>::Deserialize(answer, &location);
  return read.ok() && location.has_address();
}

}  // namespace

// The questions of one Check; gone when all were answered.
struct DirectoryClient::Questions {
  std::mutex mutex;
  size_t open = 0;
  absl::Status first;  // in the order of the answers; a name that is not there before a server that is not
  absl::AnyInvocable<void(absl::Status)> then;

  void Answer(absl::Status status) {
    bool last = false;
    {
      std::lock_guard lock(mutex);
      if (!status.ok() && (first.ok() || absl::IsUnavailable(first))) first = std::move(status);
      last = --open == 0;
    }
    if (last) then(std::move(first));
  }
};

struct DirectoryClient::Question {
  DirectoryName name;
  std::shared_ptr<Questions> all;
  grpc::ClientContext context;
  grpc::ByteBuffer answer;
  grpc::Status status;
  std::unique_ptr<grpc::GenericClientAsyncResponseReader> call;

  absl::Status Verdict() {
    if (status.error_code() == grpc::StatusCode::NOT_FOUND) return errors::ReferenceNotFound(name.field, name.name);
    if (!status.ok()) return errors::TemporarilyUnavailable(kAskAgain);
    const bool tells = !name.name.starts_with("locations/") || TellsAddress(&answer);
    return tells ? absl::OkStatus() : errors::ReferenceNotFound(name.field, name.name);
  }
};

struct DirectoryClient::State {
  State(const std::string& target, const access::TlsFiles& tls) : stub(rpc::ChannelTo("directory", target, tls)) {}

  grpc::GenericStub stub;
  grpc::CompletionQueue queue;
  std::mutex mutex;  // running and ending
  std::set<Question*> running;
  bool ending = false;
};

DirectoryClient::DirectoryClient(const std::string& target, const access::TlsFiles& tls)
    : state_(std::make_unique<State>(target, tls)), thread_([this] { Run(); }) {}

DirectoryClient::~DirectoryClient() {
  {
    std::lock_guard lock(state_->mutex);
    state_->ending = true;
    for (Question* question : state_->running) question->context.TryCancel();
    state_->queue.Shutdown();
  }
  thread_.join();
}

void DirectoryClient::Check(std::vector<DirectoryName> names, absl::Time deadline,
                            absl::AnyInvocable<void(absl::Status)> then) {
  if (names.empty()) return then(absl::OkStatus());
  auto all = std::make_shared<Questions>();
  all->open = names.size();
  all->then = std::move(then);
  const absl::Time until = std::min(deadline, absl::Now() + kAnswerTime);
  for (DirectoryName& name : names) {
    auto question = std::make_unique<Question>();
    question->name = std::move(name);
    question->all = all;
    question->context.set_deadline(absl::ToChronoTime(until));
    {
      std::lock_guard lock(state_->mutex);
      if (!state_->ending) {
        question->call = state_->stub.PrepareUnaryCall(&question->context, kService + MethodFor(question->name.name),
                                                       RequestFor(question->name.name), &state_->queue);
        question->call->StartCall();
        question->call->Finish(&question->answer, &question->status, question.get());
        state_->running.insert(question.release());
        continue;
      }
    }
    all->Answer(errors::TemporarilyUnavailable(kAskAgain));
  }
}

void DirectoryClient::Run() {
  void* tag = nullptr;
  for (bool good = false; state_->queue.Next(&tag, &good);) {
    const std::unique_ptr<Question> question(static_cast<Question*>(tag));
    {
      std::lock_guard lock(state_->mutex);
      state_->running.erase(question.get());
    }
    question->all->Answer(question->Verdict());
  }
}

}  // namespace schutznetz::events
