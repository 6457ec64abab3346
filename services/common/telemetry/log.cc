#include "services/common/telemetry/log.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <utility>

#include "absl/time/clock.h"

namespace schutznetz::telemetry {
namespace {

constexpr size_t kLinesWaitingMax = 16384;
constexpr size_t kCauseBytesMax = 1000;
// Between two looks at a busy queue: producers then need not wake the writer for every line.
constexpr auto kBusyPause = std::chrono::milliseconds(10);

bool NeedsEscape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void AppendEscaped(std::string_view text, std::string* out) {
  // Nearly every text is an id or a name of this program and goes out as it is.
  if (std::none_of(text.begin(), text.end(), NeedsEscape)) {
    out->append(text);
    return;
  }
  for (const char c : text) {
    if (!NeedsEscape(c)) {
      out->push_back(c);
    } else if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else {
      constexpr char kDigits[] = "0123456789abcdef";
      out->append("\\u00");
      out->push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
      out->push_back(kDigits[static_cast<unsigned char>(c) & 15]);
    }
  }
}

// `key` with its frame, for example ,"event":
void AppendText(std::string_view key, std::string_view value, std::string* out) {
  if (value.empty()) return;
  out->append(key);
  out->push_back('"');
  AppendEscaped(value, out);
  out->push_back('"');
}

void AppendNumber(std::string_view key, int64_t value, std::string* out) {
  if (value < 0) return;
  char digits[20];
  out->append(key);
  out->append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

// Library texts may hold anything; a line stays JSON in ASCII and of bounded length.
std::string CauseText(const std::string& cause) {
  std::string text = cause.substr(0, kCauseBytesMax);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x7F; }, '?');
  return text;
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
  const auto milliseconds = static_cast<int>(micros / 1000 % 1000);
  const char fraction[] = {'.', static_cast<char>('0' + milliseconds / 100),
                           static_cast<char>('0' + milliseconds / 10 % 10), static_cast<char>('0' + milliseconds % 10),
                           'Z'};
  out->append(cached_text);
  out->append(fraction, sizeof fraction);
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
  AppendText(",\"level\":", LevelName(line.level), out);
  AppendText(",\"service\":", service, out);
  AppendText(",\"event\":", line.event.view(), out);
  AppendText(",\"message\":", line.message.view(), out);
  AppendText(",\"route\":", line.route.view(), out);
  AppendText(",\"http_method\":", line.http_method.view(), out);
  AppendText(",\"request_id\":", line.request_id.view(), out);
  AppendText(",\"trace_id\":", line.trace_id.view(), out);
  AppendText(",\"land\":", line.land.view(), out);
  AppendNumber(",\"grpc_code\":", line.grpc_code, out);
  AppendNumber(",\"http_status\":", line.http_status, out);
  AppendText(",\"reason\":", line.reason.view(), out);
  AppendNumber(",\"duration_us\":", line.duration_us, out);
  AppendNumber(",\"wait_us\":", line.wait_us, out);
  AppendNumber(",\"request_bytes\":", line.request_bytes, out);
  AppendNumber(",\"response_bytes\":", line.response_bytes, out);
  AppendNumber(",\"count\":", line.count, out);
  AppendNumber(",\"port\":", line.port, out);
  AppendText(",\"checkpoint\":", line.checkpoint, out);
  AppendText(",\"public_key\":", line.public_key, out);
  AppendText(",\"cause\":", CauseText(line.cause), out);
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
