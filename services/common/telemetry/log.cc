#include "services/common/telemetry/log.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace schutznetz::telemetry {
namespace {

constexpr size_t kLinesWaitingMax = 16384;
constexpr size_t kCauseBytesMax = 1000;
// Between two looks at a busy queue: producers then need not wake the writer for every line.
constexpr auto kBusyPause = std::chrono::milliseconds(10);

void AppendEscaped(std::string_view text, std::string* out) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (byte < 0x20) {
      char buffer[8];
      std::snprintf(buffer, sizeof buffer, "\\u%04x", byte);
      out->append(buffer);
    } else {
      out->push_back(c);
    }
  }
}

void AppendText(const char* key, std::string_view value, std::string* out) {
  if (value.empty()) return;
  absl::StrAppend(out, ",\"", key, "\":\"");
  AppendEscaped(value, out);
  out->push_back('"');
}

void AppendNumber(const char* key, int64_t value, std::string* out) {
  if (value >= 0) absl::StrAppend(out, ",\"", key, "\":", value);
}

std::string_view LevelName(Level level) {
  constexpr std::array<std::string_view, 4> kNames = {"debug", "info", "warning", "error"};
  return kNames[static_cast<size_t>(level)];
}

// Formats once per second and only the milliseconds in between: lines come by the ten thousand.
void AppendTime(absl::Time time, std::string* out) {
  thread_local int64_t cached_second = -1;
  thread_local std::string cached_text;
  const int64_t micros = absl::ToUnixMicros(time);
  const int64_t second = micros / 1'000'000;
  if (second != cached_second) {
    cached_second = second;
    cached_text = absl::FormatTime("%Y-%m-%dT%H:%M:%S", time, absl::UTCTimeZone());
  }
  char fraction[12];
  std::snprintf(fraction, sizeof fraction, ".%03dZ", static_cast<int>(micros / 1000 % 1000));
  absl::StrAppend(out, cached_text, fraction);
}

void WriteAll(int file_descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file_descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody can be told: the log itself is away
    text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

void AppendJson(const LogLine& line, std::string_view service, std::string* out) {
  out->append("{\"time\":\"");
  AppendTime(line.time == absl::InfinitePast() ? absl::Now() : line.time, out);
  out->append("\"");
  AppendText("level", LevelName(line.level), out);
  AppendText("service", service, out);
  AppendText("event", line.event.view(), out);
  AppendText("message", line.message.view(), out);
  AppendText("route", line.route.view(), out);
  AppendText("http_method", line.http_method.view(), out);
  AppendText("request_id", line.request_id.view(), out);
  AppendText("trace_id", line.trace_id.view(), out);
  AppendText("land", line.land.view(), out);
  AppendNumber("grpc_code", line.grpc_code, out);
  AppendNumber("http_status", line.http_status, out);
  AppendText("reason", line.reason.view(), out);
  AppendNumber("duration_us", line.duration_us, out);
  AppendNumber("wait_us", line.wait_us, out);
  AppendNumber("request_bytes", line.request_bytes, out);
  AppendNumber("response_bytes", line.response_bytes, out);
  AppendNumber("count", line.count, out);
  AppendNumber("port", line.port, out);
  AppendText("cause", std::string_view(line.cause).substr(0, kCauseBytesMax), out);
  out->append("}\n");
}

LogWriter::LogWriter(Options options) : options_(std::move(options)), thread_([this] { Run(); }) {}

LogWriter::~LogWriter() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void LogWriter::Write(LogLine line) {
  if (line.level < options_.level_min) return;
  if (line.time == absl::InfinitePast()) line.time = absl::Now();
  bool wake;
  {
    std::lock_guard lock(mutex_);
    if (waiting_.size() >= kLinesWaitingMax) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    waiting_.push_back(std::move(line));
    ++accepted_;
    wake = std::exchange(idle_, false);
  }
  if (wake) wake_.notify_one();
}

void LogWriter::Flush() {
  std::unique_lock lock(mutex_);
  const uint64_t target = accepted_;
  wake_.notify_one();
  written_.wait(lock, [&] { return done_ >= target; });
}

void LogWriter::Run() {
  std::vector<LogLine> batch;
  int64_t dropped_told = 0;
  std::unique_lock lock(mutex_);
  while (true) {
    if (waiting_.empty()) {
      if (stop_) return;
      idle_ = true;
      wake_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
      idle_ = false;
    }
    batch.clear();
    batch.swap(waiting_);
    lock.unlock();
    WriteBatch(batch);
    if (const int64_t dropped = dropped_.load(std::memory_order_relaxed); dropped > dropped_told) {
      LogLine line;
      line.level = Level::kWarning;
      line.event = "log_lines_dropped";
      line.count = dropped - dropped_told;
      dropped_told = dropped;
      WriteBatch({line});
    }
    lock.lock();
    done_ += batch.size();
    written_.notify_all();
    if (!stop_ && waiting_.empty()) wake_.wait_for(lock, kBusyPause, [this] { return stop_; });
  }
}

void LogWriter::WriteBatch(const std::vector<LogLine>& batch) {
  buffer_.clear();
  for (const LogLine& line : batch) AppendJson(line, options_.service, &buffer_);
  WriteAll(options_.file_descriptor, buffer_);
}

}  // namespace schutznetz::telemetry
