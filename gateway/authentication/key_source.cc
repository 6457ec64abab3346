#include "gateway/authentication/key_source.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/time/clock.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {

KeySource::KeySource(Fetch fetch, const KeySourceOptions& options, telemetry::LogWriter& log)
    : fetch_(std::move(fetch)), options_(options), log_(log), thread_([this] { Run(); }) {}

KeySource::~KeySource() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

std::shared_ptr<const KeySet> KeySource::keys() const {
  const std::lock_guard lock(mutex_);
  return absl::Now() - fetched_ <= options_.stale_max ? keys_ : nullptr;
}

void KeySource::WantKey() {
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  wake_.notify_all();
}

void KeySource::Run() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    lock.unlock();
    FetchOnce();
    lock.lock();
    const auto now = std::chrono::steady_clock::now();
    const auto next = now + absl::ToChronoNanoseconds(failed_ ? options_.retry : options_.refresh);
    const auto soonest = now + absl::ToChronoNanoseconds(options_.refetch_least);
    wanted_ = false;  // whoever wanted a key before this fetch has got it, or it does not exist
    wake_.wait_until(lock, next, [this] { return stop_ || wanted_; });
    if (wanted_ && soonest < next) wake_.wait_until(lock, soonest, [this] { return stop_; });
  }
}

void KeySource::FetchOnce() {
  absl::StatusOr<std::string> text = fetch_();
  const bool same = text.ok() && *text == text_ && !text_.empty();
  std::shared_ptr<const KeySet> fetched;
  absl::Status problem = text.ok() ? absl::OkStatus() : text.status();
  if (text.ok() && !same) {
    absl::StatusOr<std::shared_ptr<const KeySet>> parsed = KeySet::Parse(*text);
    if (parsed.ok()) fetched = *std::move(parsed);
    if (!parsed.ok()) problem = parsed.status();
  }
  if (problem.ok() == failed_ || fetched != nullptr) {  // what is new is told once
    telemetry::LogLine line;
    line.event = "keys_fetched";
    if (fetched != nullptr) line.count = static_cast<int64_t>(fetched->size());
    if (!problem.ok()) {
      line.event = "keys_not_fetched";
      line.level = telemetry::Level::kWarning;
      line.cause = std::string(problem.message());
    }
    log_.Write(std::move(line));
  }
  failed_ = !problem.ok();
  if (failed_) return;
  const std::lock_guard lock(mutex_);
  fetched_ = absl::Now();
  if (fetched == nullptr) return;
  keys_ = std::move(fetched);
  text_ = *std::move(text);
}

KeySource::Fetch FetchFromFile(std::string path) {
  return [path = std::move(path)]() -> absl::StatusOr<std::string> {
    constexpr size_t kBytesMax = 256 * 1024;
    std::ifstream file(path, std::ios::binary);
    if (!file) return errors::Internal(path + ": cannot be read");
    std::string text(kBytesMax + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<size_t>(file.gcount()));
    if (text.size() > kBytesMax) return errors::Internal(path + ": too large");
    return text;
  };
}

}  // namespace schutznetz::gateway
