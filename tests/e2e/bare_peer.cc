// The control of idle_test: a server that does nothing but answer the same bytes, so that what a lone call costs on
// this machine whoever answers it is measured in the same minute.
//
// usage: e2e_bare_peer grpc|http PORT FILE. FILE holds the answer: a serialized message, or JSON.
#include <arpa/inet.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

constexpr int kBytesMax = 1 << 16;

struct Call {
  grpc::GenericServerContext context;
  grpc::GenericServerAsyncReaderWriter stream{&context};
  grpc::ByteBuffer request;
  enum { kWaits, kReads, kAnswered } state = kWaits;
};

// One completion queue and one thread.
int ServeGrpc(const std::string& port, const std::string& bytes) {
  grpc::AsyncGenericService service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:" + port, grpc::InsecureServerCredentials());
  builder.RegisterAsyncGenericService(&service);
  const auto queue = builder.AddCompletionQueue();
  const auto server = builder.BuildAndStart();
  if (!server) return 1;
  const auto wait = [&] {
    auto* call = new Call;
    service.RequestCall(&call->context, &call->stream, queue.get(), queue.get(), call);
  };
  wait();
  grpc::Slice slice(bytes);
  void* tag = nullptr;
  for (bool ok = false; queue->Next(&tag, &ok);) {
    auto* call = static_cast<Call*>(tag);
    if (!ok || call->state == Call::kAnswered) {
      delete call;
    } else if (call->state == Call::kWaits) {
      wait();
      call->state = Call::kReads;
      call->stream.Read(&call->request, call);
    } else {
      call->state = Call::kAnswered;
      call->stream.WriteAndFinish(grpc::ByteBuffer(&slice, 1), {}, grpc::Status::OK, call);
    }
  }
  return 0;
}

// One connection at a time, requests without a body.
int ServeHttp(const std::string& port, const std::string& json) {
  const std::string answer =
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(json.size()) +
      "\r\n\r\n" + json;
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), poll = epoll_create1(EPOLL_CLOEXEC);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(std::stoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener, 8) != 0) return 1;
  while (true) {
    const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return 1;
    epoll_event event = {EPOLLIN, {.fd = connection}};
    epoll_ctl(poll, EPOLL_CTL_ADD, connection, &event);
    std::string request;
    char bytes[4096];
    while (request.size() < kBytesMax && epoll_wait(poll, &event, 1, -1) == 1) {
      const ssize_t count = read(connection, bytes, sizeof bytes);
      if (count <= 0) break;
      request.append(bytes, static_cast<size_t>(count));
      if (!request.ends_with("\r\n\r\n")) continue;
      request.clear();
      if (write(connection, answer.data(), answer.size()) != static_cast<ssize_t>(answer.size())) break;
    }
    close(connection);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: e2e_bare_peer grpc|http PORT FILE\n");
    return 2;
  }
  std::ifstream file(argv[3], std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return std::string_view(argv[1]) == "grpc" ? ServeGrpc(argv[2], bytes) : ServeHttp(argv[2], bytes);
}
