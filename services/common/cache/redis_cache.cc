#include "services/common/cache/redis_cache.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/common/errors/macros.h"

namespace schutznetz::cache {
namespace {

constexpr size_t kRoundTripMax = 128;  // requests
// Parts of names, behind the prefix.
constexpr std::string_view kHint = ":hint:";
constexpr std::string_view kMessage = ":message:";
// What one request may take with everything: waiting for the round trip before it, connecting, its own.
const absl::Duration kRequestTimeMax = kConnectTimeMax + kCommandTimeMax;

}  // namespace

RedisCache::RedisCache(const Clock& clock, RedisCacheOptions options)
    : clock_(clock),
      options_(std::move(options)),
      seal_(options_.secret),
      breaker_(clock),
      listener_(options_.address, absl::StrCat(options_.prefix, ":")),
      thread_([this] { Run(); }) {}

RedisCache::~RedisCache() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    wake_.notify_all();
  }
  thread_.join();
}

std::string RedisCache::Name(std::string_view part, std::string_view key) const {
  std::string name = options_.prefix;
  name.append(part).append(key);
  return name;
}

void RedisCache::Get(std::string_view key, GetDone done) {
  std::string name = Name(":value:", key);
  Request request;
  request.commands = {{"GET", name}};
  request.done = [this, name, done = std::move(done)](const Reply* reply) mutable {
    if (reply == nullptr || reply->kind != Reply::Kind::kText) {
      if (reply != nullptr && reply->kind == Reply::Kind::kNothing) misses_.fetch_add(1, std::memory_order_relaxed);
      return done(std::nullopt);
    }
    std::optional<std::string> value = seal_.Open(name, reply->text);
    (value.has_value() ? hits_ : poisoned_).fetch_add(1, std::memory_order_relaxed);
    done(std::move(value));
  };
  Submit(std::move(request));
}

void RedisCache::Set(std::string_view key, std::string_view value, absl::Duration kept) {
  if (key.size() > kKeyBytesMax || value.size() > kValueBytesMax || kept < absl::Milliseconds(1)) return;
  std::string name = Name(":value:", key);
  std::string sealed = seal_.Seal(name, value);
  Request request;
  request.commands = {{"SET", std::move(name), std::move(sealed), "PX", absl::StrCat(absl::ToInt64Milliseconds(kept))}};
  request.done = [](const Reply*) {};
  Submit(std::move(request));
}

void RedisCache::Publish(std::string channel, std::string text) {
  Request request;
  request.commands = {{"PUBLISH", std::move(channel), std::move(text)}};
  request.done = [](const Reply*) {};
  Submit(std::move(request));
}

void RedisCache::SendHint(std::string_view topic, int64_t number) { Publish(Name(kHint, topic), absl::StrCat(number)); }

Subscription RedisCache::OnHint(std::string topic, std::function<void(int64_t)> listener) {
  return listener_.Add(Name(kHint, topic), [this, listener = std::move(listener)](std::string_view text) {
    int64_t number = 0;
    const bool hinted = absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &number) && number >= 0;
    if (hinted) hints_.fetch_add(1, std::memory_order_relaxed);
    if (hinted || text.empty()) listener(number);
  });
}

void RedisCache::SendMessage(std::string_view topic, std::string_view text) {
  if (text.size() > kMessageBytesMax) return;
  std::string channel = Name(kMessage, topic);
  std::string sealed = seal_.Seal(channel, text);
  Publish(std::move(channel), std::move(sealed));
}

Subscription RedisCache::OnMessage(std::string topic, std::function<void(std::string_view)> listener) {
  const std::string channel = Name(kMessage, topic);
  return listener_.Add(channel, [this, channel, listener = std::move(listener)](std::string_view sealed) {
    if (sealed.empty()) return;
    const std::optional<std::string> text = seal_.Open(channel, sealed);
    (text.has_value() ? messages_ : poisoned_).fetch_add(1, std::memory_order_relaxed);
    if (text.has_value()) listener(*text);
  });
}

void RedisCache::Submit(Request request) {
  request.deadline = absl::Now() + kRequestTimeMax;
  if (breaker_.Allows() && request.commands.front()[1].size() <= kKeyBytesMax + 64) {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < static_cast<size_t>(options_.waiting_max) && !ending_) {
      waiting_.push_back(std::move(request));
      wake_.notify_one();
      return;
    }
  }
  failures_.fetch_add(1, std::memory_order_relaxed);
  request.done(nullptr);
}

void RedisCache::Run() {
  while (true) {
    std::vector<Request> requests = TakeWaiting();
    if (requests.empty()) return;
    Send(std::move(requests));
  }
}

// Empty when the cache ends.
std::vector<RedisCache::Request> RedisCache::TakeWaiting() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kRoundTripMax));
  std::vector<Request> requests(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  return requests;
}

void RedisCache::Send(std::vector<Request> requests) {
  size_t answered = 0;
  // After a failure those behind would only add up their waits; they are answered without asking.
  if (breaker_.Allows() && absl::Now() < requests.front().deadline) {
    const absl::Status status = RoundTrip(requests, &answered);
    if (status.ok()) {
      breaker_.Succeeded();
    } else {
      breaker_.Failed();
      connection_.reset();
    }
  }
  failures_.fetch_add(static_cast<int64_t>(requests.size() - answered), std::memory_order_relaxed);
  for (; answered < requests.size(); ++answered) requests[answered].done(nullptr);
}

absl::Status RedisCache::Connect() {
  if (connection_ != nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(connection_, RedisConnection::Open(options_.address));
  return absl::OkStatus();
}

absl::Status RedisCache::RoundTrip(std::vector<Request>& requests, size_t* answered) {
  RETURN_IF_ERROR(Connect());
  for (const Request& request : requests) {
    for (const Arguments& command : request.commands) connection_->Append(command);
  }
  const absl::Time deadline = absl::Now() + kCommandTimeMax;
  for (Request& request : requests) {
    Reply first;
    for (size_t i = 0; i < request.commands.size(); ++i) {
      ASSIGN_OR_RETURN(Reply reply, connection_->Receive(deadline));
      if (i == 0) first = std::move(reply);
    }
    if (first.kind == Reply::Kind::kError) failures_.fetch_add(1, std::memory_order_relaxed);
    ++*answered;
    request.done(&first);
  }
  return absl::OkStatus();
}

RedisStatistics RedisCache::Statistics() const {
  return {.hits = hits_.load(std::memory_order_relaxed),
          .misses = misses_.load(std::memory_order_relaxed),
          .poisoned = poisoned_.load(std::memory_order_relaxed),
          .failures = failures_.load(std::memory_order_relaxed),
          .hints = hints_.load(std::memory_order_relaxed),
          .messages = messages_.load(std::memory_order_relaxed)};
}

}  // namespace schutznetz::cache
