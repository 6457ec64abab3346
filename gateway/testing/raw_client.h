// A client that sends exactly the bytes it is told to, for tests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace schutznetz::gateway::testing {

// An answer as it came. Names of fields are in lower case; a repeated field keeps its last value.
struct RawAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;
  std::string body;
  bool interim = false;  // 1xx
};

// One TCP connection to 127.0.0.1. Every wait is bounded; when it ends in nothing, so does the call.
class RawClient {
 public:
  explicit RawClient(int port);
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // False when the connection was reset.
  bool Send(std::string_view bytes);
  // Says that nothing more will be sent.
  void FinishSending();
  // Closes with a reset, as a crashed client.
  void Reset();
  void Close();

  // The next answer. `head_only`: to a HEAD request. Nothing when the connection ends first.
  std::optional<RawAnswer> Receive(bool head_only = false, absl::Duration limit = absl::Seconds(20));
  // Send and Receive.
  std::optional<RawAnswer> Ask(std::string_view bytes);
  // Whether the server closes the connection, having sent nothing more.
  bool ClosedByServer(absl::Duration limit = absl::Seconds(20));
  // Makes the kernel take little, so that the server's writes stall.
  void SetReceiveBuffer(int bytes);

 private:
  bool Fill(absl::Time end);

  int socket_ = -1;
  std::string received_;
};

}  // namespace schutznetz::gateway::testing
