#include "tests/bench/grpc_connection.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace schutznetz::bench {
namespace {

constexpr size_t kPrefixBytes = 5;  // of a gRPC message: whether compressed, and its length
constexpr uint32_t kWindowBytes = 1u << 30;
constexpr size_t kReadBytes = 256 << 10;
constexpr size_t kSendBytes = 64 << 10;

[[noreturn]] void Die(const char* what) {
  std::fprintf(stderr, "bench_load: %s: %s\n", what, std::strerror(errno));
  std::exit(2);
}

GrpcCall* CallOf(nghttp2_session* session, int32_t stream) {
  return static_cast<GrpcCall*>(nghttp2_session_get_stream_user_data(session, stream));
}

nghttp2_nv Header(std::string_view name, std::string_view value) {
  // nghttp2 only reads; its interface predates const.
  const auto bytes = [](std::string_view text) { return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data())); };
  return {bytes(name), bytes(value), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

void PrefixOf(size_t size, uint8_t* out) {
  out[0] = 0;
  for (int i = 0; i < 4; ++i) out[1 + i] = static_cast<uint8_t>(size >> (24 - 8 * i));
}

}  // namespace

GrpcConnection::GrpcConnection(const std::string& address, std::string path, Finished finished)
    : authority_(address), path_(std::move(path)), finished_(std::move(finished)), buffer_(kReadBytes) {
  Connect(address);
  OpenSession();
}

GrpcConnection::~GrpcConnection() {
  nghttp2_session_del(session_);
  close(fd_);
}

void GrpcConnection::Connect(const std::string& address) {
  const size_t colon = address.rfind(':');
  const std::string host = address.substr(0, colon), port = address.substr(colon + 1);
  addrinfo hints = {}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (colon == std::string::npos || getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) Die("address");
  fd_ = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0 || connect(fd_, found->ai_addr, found->ai_addrlen) != 0) Die("connect");
  freeaddrinfo(found);
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (fcntl(fd_, F_SETFL, O_NONBLOCK) != 0) Die("fcntl");
}

void GrpcConnection::OpenSession() {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, OnHeader);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, OnData);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, OnClose);
  nghttp2_session_client_new(&session_, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindowBytes},
                                             {NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, 2);
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kWindowBytes);
}

void GrpcConnection::Start(GrpcCall& call) {
  call.answer.clear();
  call.status = -1;
  call.status_message.clear();
  call.sent = 0;
  const nghttp2_nv headers[] = {
      Header(":method", "POST"),
      Header(":scheme", "http"),
      Header(":path", path_),
      Header(":authority", authority_),
      Header("content-type", "application/grpc"),
      Header("te", "trailers"),
      Header("grpc-timeout", "30S"),
      Header("schutznetz-caller-bin", call.caller == nullptr ? std::string_view() : *call.caller)};
  const size_t count = std::size(headers) - (call.caller == nullptr ? 1 : 0);
  nghttp2_data_provider body = {.source = {.ptr = &call}, .read_callback = TakeBody};
  if (nghttp2_submit_request(session_, nullptr, headers, count, &body, &call) < 0) Die("no further stream");
}

ssize_t GrpcConnection::TakeBody(nghttp2_session*, int32_t, uint8_t* out, size_t size, uint32_t* flags,
                                 nghttp2_data_source* source, void*) {
  auto& call = *static_cast<GrpcCall*>(source->ptr);
  size_t written = 0;
  if (call.sent == 0) {
    PrefixOf(call.request.size(), out);  // a frame holds far more than the prefix
    written = call.sent = kPrefixBytes;
  }
  const std::string_view rest = call.request.substr(call.sent - kPrefixBytes);
  const size_t part = std::min(rest.size(), size - written);
  std::memcpy(out + written, rest.data(), part);
  call.sent += part;
  if (part == rest.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(written + part);
}

int GrpcConnection::OnHeader(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name,
                             size_t name_size, const uint8_t* value, size_t value_size, uint8_t, void*) {
  GrpcCall* call = CallOf(session, frame->hd.stream_id);
  const std::string_view key(reinterpret_cast<const char*>(name), name_size);
  const std::string_view text(reinterpret_cast<const char*>(value), value_size);
  if (call == nullptr || !key.starts_with("grpc-")) return 0;
  if (key == "grpc-status") call->status = std::atoi(std::string(text).c_str());
  if (key == "grpc-message") call->status_message = text;
  return 0;
}

int GrpcConnection::OnData(nghttp2_session* session, uint8_t, int32_t stream, const uint8_t* data, size_t size, void*) {
  if (GrpcCall* call = CallOf(session, stream)) call->answer.append(reinterpret_cast<const char*>(data), size);
  return 0;
}

int GrpcConnection::OnClose(nghttp2_session* session, int32_t stream, uint32_t, void* self) {
  GrpcCall* call = CallOf(session, stream);
  if (call == nullptr) return 0;
  call->answer.erase(0, kPrefixBytes);
  static_cast<GrpcConnection*>(self)->finished_(*call);
  return 0;
}

void GrpcConnection::Read() {
  const ssize_t size = recv(fd_, buffer_.data(), buffer_.size(), 0);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) Die("the server closed the connection");
  if (nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(buffer_.data()), static_cast<size_t>(size)) !=
      size) {
    Die("the server does not speak HTTP/2");
  }
}

void GrpcConnection::Flush() {
  while (true) {
    while (unsent_.size() < kSendBytes) {
      const uint8_t* data = nullptr;
      const ssize_t size = nghttp2_session_mem_send(session_, &data);
      if (size < 0) Die("HTTP/2");
      if (size == 0) break;
      unsent_.append(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
    }
    if (unsent_.empty()) return;
    const ssize_t sent = send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (sent < 0) Die("send");
    unsent_.erase(0, static_cast<size_t>(sent));
  }
}

}  // namespace schutznetz::bench
