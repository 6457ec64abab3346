// The peer of `unary` and `reach`: a bare completion-queue server that answers ready bytes and does nothing else.
//
// usage: bare_server PORT METHOD REPLIES — METHOD is GetService or ReachServices; REPLIES holds serialized messages,
// each after its length; they are sent in turn.
#include <google/protobuf/io/coded_stream.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "schutznetz/directory/v1/directory_service.grpc.pb.h"

namespace {

using schutznetz::directory::v1::DirectoryService;
using GetService = DirectoryService::WithRawMethod_GetService<DirectoryService::Service>;
using ReachServices = DirectoryService::WithRawMethod_ReachServices<DirectoryService::Service>;

std::vector<grpc::Slice> ReadReplies(const char* file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const uint8_t*>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  std::vector<grpc::Slice> replies;
  uint32_t size = 0;
  std::string reply;
  while (stream.ReadVarint32(&size) && stream.ReadString(&reply, static_cast<int>(size))) replies.emplace_back(reply);
  return replies;
}

void Ask(GetService& service, grpc::ServerContext* context, grpc::ByteBuffer* request,
         grpc::ServerAsyncResponseWriter<grpc::ByteBuffer>* writer, grpc::ServerCompletionQueue* queue, void* tag) {
  service.RequestGetService(context, request, writer, queue, queue, tag);
}
void Ask(ReachServices& service, grpc::ServerContext* context, grpc::ByteBuffer* request,
         grpc::ServerAsyncResponseWriter<grpc::ByteBuffer>* writer, grpc::ServerCompletionQueue* queue, void* tag) {
  service.RequestReachServices(context, request, writer, queue, queue, tag);
}

template <typename Service>
struct Call {
  grpc::ServerContext context;
  grpc::ByteBuffer request;
  grpc::ServerAsyncResponseWriter<grpc::ByteBuffer> writer{&context};
  bool answered = false;
};

template <typename Service>
void Serve(Service& service, grpc::ServerCompletionQueue* queue, const std::vector<grpc::Slice>& replies) {
  const auto ask = [&] {
    auto* call = new Call<Service>;
    Ask(service, &call->context, &call->request, &call->writer, queue, call);
  };
  for (int i = 0; i < 128; ++i) ask();
  void* tag = nullptr;
  bool ok = false;
  size_t next = 0;
  while (queue->Next(&tag, &ok)) {
    auto* call = static_cast<Call<Service>*>(tag);
    if (!ok || call->answered) {
      delete call;
      continue;
    }
    ask();
    call->answered = true;
    grpc::ByteBuffer reply(&replies[next++ % replies.size()], 1);
    call->writer.Finish(reply, grpc::Status::OK, call);
  }
}

template <typename Service>
int Run(const std::string& port, const char* file) {
  const std::vector<grpc::Slice> replies = ReadReplies(file);
  Service service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + port, grpc::InsecureServerCredentials());
  builder.RegisterService(&service);
  std::vector<std::unique_ptr<grpc::ServerCompletionQueue>> queues;
  for (int i = 0; i < 2; ++i) queues.push_back(builder.AddCompletionQueue());
  auto server = builder.BuildAndStart();
  if (!server || replies.empty()) return 1;
  std::vector<std::thread> threads;
  for (auto& queue : queues) threads.emplace_back([&] { Serve(service, queue.get(), replies); });
  for (std::thread& thread : threads) thread.join();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: bare_server PORT GetService|ReachServices REPLIES\n");
    return 2;
  }
  return std::string(argv[2]) == "GetService" ? Run<GetService>(argv[1], argv[3])
                                              : Run<ReachServices>(argv[1], argv[3]);
}
