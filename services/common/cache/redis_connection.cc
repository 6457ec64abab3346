#include "services/common/cache/redis_connection.h"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "absl/time/clock.h"
#include "services/common/errors/macros.h"

namespace schutznetz::cache {
namespace {

constexpr size_t kUnreadBytesMax = 4 << 20;

absl::Status Away() { return absl::UnavailableError("Redis does not answer."); }
absl::Status NotTheProtocol() { return absl::DataLossError("Redis answered what is no answer."); }

// hiredis writes with write(2): to a server that went away this would end the process. The signal goes to the thread.
void BlockBrokenPipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

Reply Convert(const redisReply& raw) {
  Reply reply;
  switch (raw.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      reply.kind = Reply::Kind::kText;
      break;
    case REDIS_REPLY_ERROR:
      reply.kind = Reply::Kind::kError;
      break;
    case REDIS_REPLY_INTEGER:
      reply.kind = Reply::Kind::kNumber;
      reply.number = raw.integer;
      return reply;
    case REDIS_REPLY_ARRAY:
      reply.kind = Reply::Kind::kList;
      for (size_t i = 0; i < raw.elements; ++i) reply.items.push_back(Convert(*raw.element[i]));
      return reply;
    default:
      return reply;
  }
  reply.text.assign(raw.str, raw.len);
  return reply;
}

}  // namespace

void RedisConnection::Free::operator()(redisContext* context) const { redisFree(context); }

RedisConnection::~RedisConnection() = default;

int RedisConnection::descriptor() const { return context_->fd; }

absl::StatusOr<std::unique_ptr<RedisConnection>> RedisConnection::Open(const RedisAddress& address) {
  BlockBrokenPipe();
  const absl::Time deadline = absl::Now() + kConnectTimeMax;
  redisContext* context = address.socket.empty() ? redisConnectNonBlock(address.host.c_str(), address.port)
                                                 : redisConnectUnixNonBlock(address.socket.c_str());
  if (context == nullptr) return Away();
  std::unique_ptr<RedisConnection> connection(new RedisConnection(context));
  if (context->err != 0) return Away();
  RETURN_IF_ERROR(connection->AwaitConnected(deadline));
  if (address.password.empty()) return connection;
  Arguments sign_in = {"AUTH"};
  if (!address.user.empty()) sign_in.push_back(address.user);
  sign_in.push_back(address.password);
  connection->Append(sign_in);
  ASSIGN_OR_RETURN(const Reply reply, connection->Receive(deadline));
  if (reply.kind == Reply::Kind::kError) return absl::UnavailableError("Redis does not accept the password.");
  return connection;
}

absl::Status RedisConnection::AwaitConnected(absl::Time deadline) {
  RETURN_IF_ERROR(Wait(POLLOUT, deadline));
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(context_->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) return Away();
  return absl::OkStatus();
}

absl::Status RedisConnection::Wait(short events, absl::Time deadline) {
  while (true) {
    const int64_t left_ms = absl::ToInt64Milliseconds(absl::Ceil(deadline - absl::Now(), absl::Milliseconds(1)));
    if (left_ms <= 0) return Away();
    pollfd descriptor = {.fd = context_->fd, .events = events, .revents = 0};
    const int ready = poll(&descriptor, 1, static_cast<int>(std::min<int64_t>(left_ms, 60'000)));
    if (ready > 0) return absl::OkStatus();
    if (ready < 0 && errno != EINTR) return Away();
  }
}

void RedisConnection::Append(const Arguments& command) {
  std::vector<const char*> texts;
  std::vector<size_t> sizes;
  for (const std::string& argument : command) {
    texts.push_back(argument.data());
    sizes.push_back(argument.size());
  }
  redisAppendCommandArgv(context_.get(), static_cast<int>(command.size()), texts.data(), sizes.data());
}

absl::Status RedisConnection::Flush(absl::Time deadline) {
  int done = 0;
  while (true) {
    if (redisBufferWrite(context_.get(), &done) != REDIS_OK) return Away();
    if (done != 0) return absl::OkStatus();
    RETURN_IF_ERROR(Wait(POLLOUT, deadline));
  }
}

absl::StatusOr<std::optional<Reply>> RedisConnection::Parse() {
  void* raw = nullptr;
  if (redisGetReplyFromReader(context_.get(), &raw) != REDIS_OK) return NotTheProtocol();
  if (raw == nullptr) return std::nullopt;
  Reply reply = Convert(*static_cast<redisReply*>(raw));
  freeReplyObject(raw);
  return reply;
}

absl::StatusOr<std::vector<Reply>> RedisConnection::TakeReceived() {
  std::vector<Reply> replies;
  while (true) {
    ASSIGN_OR_RETURN(std::optional<Reply> reply, Parse());
    if (!reply.has_value()) return replies;
    replies.push_back(*std::move(reply));
  }
}

absl::StatusOr<Reply> RedisConnection::Receive(absl::Time deadline) {
  RETURN_IF_ERROR(Flush(deadline));
  while (true) {
    ASSIGN_OR_RETURN(std::optional<Reply> reply, Parse());
    if (reply.has_value()) return *std::move(reply);
    if (context_->reader->len > kUnreadBytesMax) return NotTheProtocol();
    RETURN_IF_ERROR(Wait(POLLIN, deadline));
    if (redisBufferRead(context_.get()) != REDIS_OK) return Away();
  }
}

}  // namespace schutznetz::cache
