// The engine alone, for `unary_engine`: one method from memory, 1.2 KB, behind the whole guard chain with metrics and
// access log; and its peers, completion-queue servers that do nothing else: "bare" makes and serializes the same
// message, "ready" sends its ready bytes.
//
// usage: unary_engine engine|bare|ready PORT
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
  // Everybody is the public.
  schutznetz::access::Authenticator authenticator(schutznetz::access::ContextKeys(), "notes", clock);
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

// Makes the message anew for each call.
struct Bare {
  using Service = NoteService::AsyncService;
  using Request = GetNoteRequest;
  using Response = Note;
  static Note Answer(const Note& note, const Request& request) {
    Note answer = note;
    answer.set_name(request.name());
    return answer;
  }
};

// Sends bytes that were made once.
struct Ready {
  using Service = NoteService::WithRawMethod_GetNote<NoteService::Service>;
  using Request = grpc::ByteBuffer;
  using Response = grpc::ByteBuffer;
  static grpc::ByteBuffer Answer(const Note& note, const Request&) {
    static const grpc::Slice bytes(note.SerializeAsString());
    return {&bytes, 1};
  }
};

template <typename Kind>
struct BareCall {
  grpc::ServerContext context;
  typename Kind::Request request;
  grpc::ServerAsyncResponseWriter<typename Kind::Response> writer{&context};
  bool answered = false;
};

template <typename Kind>
void ServeBare(typename Kind::Service& service, grpc::ServerCompletionQueue* queue, const Note& note) {
  const auto ask = [&] {
    auto* call = new BareCall<Kind>;
    service.RequestGetNote(&call->context, &call->request, &call->writer, queue, queue, call);
  };
  for (int i = 0; i < 128; ++i) ask();
  void* tag = nullptr;
  bool ok = false;
  while (queue->Next(&tag, &ok)) {
    auto* call = static_cast<BareCall<Kind>*>(tag);
    if (!ok || call->answered) {
      delete call;
      continue;
    }
    ask();
    call->answered = true;
    call->writer.Finish(Kind::Answer(note, call->request), grpc::Status::OK, call);
  }
}

template <typename Kind>
int RunBare(int port) {
  const Note note = MakeNote();
  typename Kind::Service service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + std::to_string(port), grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues;
  for (int i = 0; i < 2; ++i) queues.push_back(builder.AddCompletionQueue());
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::vector<std::thread> threads;
  for (auto& queue : queues) threads.emplace_back([&] { ServeBare<Kind>(service, queue.get(), note); });
  for (std::thread& thread : threads) thread.join();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: unary_engine engine|bare|ready PORT\n");
    return 2;
  }
  const int port = std::atoi(argv[2]);
  if (std::strcmp(argv[1], "bare") == 0) return RunBare<Bare>(port);
  return std::strcmp(argv[1], "ready") == 0 ? RunBare<Ready>(port) : RunEngine(port);
}
