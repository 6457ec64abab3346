// Log lines: one JSON object per line, from an allow-list of fields.
//
// A line is a struct of typed fields, so nothing else can be logged: no bodies, query strings, header values, names or
// SQL parameters. Texts are either literals of this program (Literal) or bounded ids (ShortText).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "services/common/telemetry/text.h"

namespace schutznetz::telemetry {

enum class Level : uint8_t { kDebug, kInfo, kWarning, kError };

// Everything that can be logged. Fields that are empty or negative are left out of the line.
struct LogLine {
  absl::Time time = absl::InfinitePast();  // InfinitePast: filled in by the writer
  Level level = Level::kInfo;
  Literal event;    // what happened, for example "call" or "start"
  Literal message;  // a sentence of this program
  Literal route;    // gRPC method or route template, never a path
  Literal http_method;
  ShortText<64> request_id;
  ShortText<32> trace_id;
  ShortText<8> land;  // "DE-NW"
  int grpc_code = -1;
  int http_status = -1;
  ShortText<40> reason;  // ErrorReason name
  int64_t duration_us = -1;
  int64_t wait_us = -1;  // time in a queue
  int64_t request_bytes = -1;
  int64_t response_bytes = -1;
  int64_t count = -1;  // of whatever the event counts
  int port = -1;
  std::string checkpoint;  // of the audit log, signed
  std::string public_key;  // that its signature is checked with
  // Driver or library text under a bug: errors::LogTextOf(status). Cut at 1,000 bytes. Never a request's content.
  std::string cause;
};

// Appends `line` as JSON with a line feed. `service` is the running program.
void AppendJson(const LogLine& line, std::string_view service, std::string* out);

// Takes lines from any thread, writes them to a file descriptor from a thread of its own. Never blocks a caller: when
// 16,384 lines wait, further ones are dropped and counted, and a line says how many.
class LogWriter {
 public:
  struct Options {
    std::string service;      // for example "schutznetz-directory"
    int file_descriptor = 1;  // not owned
    Level level_min = Level::kInfo;
  };
  explicit LogWriter(Options options);
  // Writes what waits, then stops.
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  void Write(LogLine line);
  // Returns after everything accepted before was written.
  void Flush();
  int64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  void Run();
  void WriteBatch(const std::vector<LogLine>& batch);

  const Options options_;
  std::atomic<int64_t> dropped_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable written_;
  std::vector<LogLine> waiting_;
  bool idle_ = false;
  bool stop_ = false;
  uint64_t accepted_ = 0;
  uint64_t done_ = 0;
  std::string buffer_;
  std::thread thread_;
};

}  // namespace schutznetz::telemetry
