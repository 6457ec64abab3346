// One connection to Redis. The only file that knows hiredis is its source.
//
// hiredis 0.14: the command timeout is per read, so a server that trickles could hold its caller for ever; and a
// context is dead after any error. Here the socket never blocks, each wait has one deadline, and an error ends the
// connection.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/common/cache/redis_address.h"

struct redisContext;

namespace schutznetz::cache {

inline constexpr absl::Duration kConnectTimeMax = absl::Milliseconds(200);  // SAFETY section 3
inline constexpr absl::Duration kCommandTimeMax = absl::Milliseconds(50);

using Arguments = std::vector<std::string>;

// What Redis answered.
struct Reply {
  enum class Kind { kNothing, kText, kNumber, kList, kError };
  Kind kind = Kind::kNothing;
  std::string text;          // of kText and kError
  int64_t number = 0;        // of kNumber
  std::vector<Reply> items;  // of kList
};

// Used by one thread, in which SIGPIPE stays blocked from Open on.
class RedisConnection {
 public:
  // Connects and, where the address has a password, signs in. UNAVAILABLE: not within 200 ms.
  static absl::StatusOr<std::unique_ptr<RedisConnection>> Open(const RedisAddress& address);
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  // Puts a command into the buffer; Flush or Receive sends it.
  void Append(const Arguments& command);
  // The next answer. UNAVAILABLE: not before `deadline`; DATA_LOSS: not the protocol, or more than 4 MiB. After an
  // error the connection is of no use any more.
  absl::StatusOr<Reply> Receive(absl::Time deadline);
  absl::Status Flush(absl::Time deadline);
  // Answers that came together with one that Receive returned.
  absl::StatusOr<std::vector<Reply>> TakeReceived();

  int descriptor() const;

 private:
  struct Free {
    void operator()(redisContext* context) const;
  };
  explicit RedisConnection(redisContext* context) : context_(context) {}
  absl::Status AwaitConnected(absl::Time deadline);
  // One reading step: nothing when more bytes are needed.
  absl::StatusOr<std::optional<Reply>> Parse();
  absl::Status Wait(short events, absl::Time deadline);

  std::unique_ptr<redisContext, Free> context_;
};

}  // namespace schutznetz::cache
