// The engine alone, for `unary_engine`: one method from memory, 1.2 KB, behind the whole guard chain with metrics and access
// log; and, as "bare", its peer: a completion-queue server of the same message that does nothing else.
//
// usage: unary_engine engine|bare PORT
#include <fcntl.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "notes.grpc.pb.h"
#include "services/common/errors/errors.h"
#include "services/common/rpc/server.h"

namespace {

using schutznetz::testing::v1::CreateNoteRequest;
using schutznetz::testing::v1::GetNoteRequest;
using schutznetz::testing::v1::ListNotesRequest;
using schutznetz::testing::v1::Note;
using schutznetz::testing::v1::NoteService;
using schutznetz::testing::v1::UpdateNoteRequest;
namespace rpc = schutznetz::rpc;

// A note of about 1.2 KB, shaped like a service of the directory.
Note MakeNote() {
  Note note;
  note.set_name("notes/musterstelle-koeln");
  note.set_title("Musterstelle: Beratung für Minderjährige und ihre Begleitung");
  note.set_origin(std::string(700, 'x'));
  for (int i = 0; i < 3; ++i) {
    auto* part = note.add_parts();
    part->set_text("Bereitschaftsdienst");
    part->set_phone("+493023125001");
    note.add_emails("stelle@musterstadt.example.org");
  }
  for (int i = 0; i < 5; ++i) (*note.mutable_labels())["sprache-" + std::to_string(i)] = "Deutsch und Englisch";
  return note;
}

template <typename Request>
absl::StatusOr<Note> Nothing(const rpc::CallContext&, const Request&) {
  return schutznetz::errors::NotFound("notes/none");
}

int RunEngine(int port) {
  rpc::BlockStopSignals();
  const schutznetz::SystemClock clock;
  schutznetz::telemetry::Metrics metrics;
  schutznetz::telemetry::LogWriter log({"unary_engine", open("/dev/null", O_WRONLY)});
  const schutznetz::access::Authenticator authenticator;
  const rpc::Sealer sealer = rpc::Sealer::WithRandomKey();
  rpc::ServerOptions options;
  options.listen_port = port;
  options.drain_wait = absl::ZeroDuration();
  rpc::Server server(options, {clock, metrics, log, authenticator, sealer});
  rpc::Registry registry("schutznetz.testing.v1.NoteService");
  const auto bytes = std::make_shared<const std::string>(MakeNote().SerializeAsString());
  registry.ReadWire<GetNoteRequest>("GetNote",
                                    [&](const rpc::CallContext&, const GetNoteRequest&, rpc::WireReply* reply) {
                                      reply->AppendView(*bytes, bytes);
                                      return absl::OkStatus();
                                    });
  registry.Read<ListNotesRequest, Note>("ListNotes", Nothing<ListNotesRequest>);
  registry.Read<CreateNoteRequest, Note>("CreateNote", Nothing<CreateNoteRequest>);
  registry.Read<UpdateNoteRequest, Note>("UpdateNote", Nothing<UpdateNoteRequest>);
  server.Add(registry);
  if (const absl::Status status = server.Start(); !status.ok()) {
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    return 1;
  }
  server.RunUntilSignal();
  return 0;
}

struct BareCall {
  grpc::ServerContext context;
  GetNoteRequest request;
  grpc::ServerAsyncResponseWriter<Note> writer{&context};
  Note note;
  bool answered = false;
};

void ServeBare(NoteService::AsyncService& service, grpc::ServerCompletionQueue* queue, const Note& note) {
  const auto ask = [&] {
    auto* call = new BareCall;
    service.RequestGetNote(&call->context, &call->request, &call->writer, queue, queue, call);
  };
  for (int i = 0; i < 128; ++i) ask();
  void* tag = nullptr;
  bool ok = false;
  while (queue->Next(&tag, &ok)) {
    auto* call = static_cast<BareCall*>(tag);
    if (!ok || call->answered) {
      delete call;
      continue;
    }
    ask();
    call->answered = true;
    call->note = note;
    call->note.set_name(call->request.name());
    call->writer.Finish(call->note, grpc::Status::OK, call);
  }
}

int RunBare(int port) {
  const Note note = MakeNote();
  NoteService::AsyncService service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + std::to_string(port), grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues;
  for (int i = 0; i < 2; ++i) queues.push_back(builder.AddCompletionQueue());
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::vector<std::thread> threads;
  for (auto& queue : queues) threads.emplace_back([&] { ServeBare(service, queue.get(), note); });
  for (std::thread& thread : threads) thread.join();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: unary_engine engine|bare PORT\n");
    return 2;
  }
  const int port = std::atoi(argv[2]);
  return std::strcmp(argv[1], "bare") == 0 ? RunBare(port) : RunEngine(port);
}
