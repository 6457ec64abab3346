// One HTTP/2 connection that makes unary gRPC calls, as cheaply as they can be made: what a load client spends is taken
// from both sides of a comparison on the same machine, and gRPC's own client costs more than a bare server's answer.
//
//   GrpcConnection connection("127.0.0.1:50051", "/package.Service/Method", [&](GrpcCall& call) { … });
//   connection.Start(call);
//   connection.Flush();
//   while (…) { poll(connection.fd()); connection.Read(); connection.Flush(); }
#pragma once

#include <nghttp2/nghttp2.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace schutznetz::bench {

// A call on its way. Stays where it is until it has finished.
struct GrpcCall {
  std::string_view request;    // the message's bytes; must outlive the call
  const std::string* caller;   // value of schutznetz-caller-bin in base64, or null
  std::string answer;          // the message's bytes once it has finished
  int status = -1;             // grpc-status; -1: the stream ended without one
  std::string status_message;  // as sent
  std::chrono::steady_clock::time_point begin;

  // Of the connection.
  size_t sent = 0;
};

// Used by one thread. A connection that breaks ends the process with a line on stderr: a figure would be worth nothing.
class GrpcConnection {
 public:
  using Finished = std::function<void(GrpcCall&)>;

  // `address` is host:port. `finished` is called from Read and may Start the next call.
  GrpcConnection(const std::string& address, std::string path, Finished finished);
  ~GrpcConnection();
  GrpcConnection(const GrpcConnection&) = delete;
  GrpcConnection& operator=(const GrpcConnection&) = delete;

  void Start(GrpcCall& call);
  // Takes what has come; call it when the socket is readable.
  void Read();
  // Sends what can be sent.
  void Flush();
  // Something is left to be sent: call Flush when the socket is writable.
  bool wants_write() const { return !unsent_.empty(); }
  int fd() const { return fd_; }

 private:
  static ssize_t TakeBody(nghttp2_session*, int32_t, uint8_t* out, size_t size, uint32_t* flags,
                          nghttp2_data_source* source, void*);
  static int OnHeader(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
                      const uint8_t* value, size_t value_size, uint8_t, void*);
  static int OnData(nghttp2_session* session, uint8_t, int32_t stream, const uint8_t* data, size_t size, void*);
  static int OnClose(nghttp2_session* session, int32_t stream, uint32_t error, void* self);
  void Connect(const std::string& address);
  void OpenSession();

  const std::string authority_, path_;
  const Finished finished_;
  int fd_ = -1;
  nghttp2_session* session_ = nullptr;
  std::string unsent_;
  std::vector<char> buffer_;
};

}  // namespace schutznetz::bench
