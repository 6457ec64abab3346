#include "services/common/rate/shared_rates.h"

#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "services/common/encoding/unsigned_bytes.h"

namespace schutznetz::rate {
namespace {

constexpr std::string_view kTopic = "rates-";
constexpr auto kPeriod = std::chrono::milliseconds(200);
constexpr size_t kEntriesMax = 4096;
constexpr size_t kSendersMax = 256;
// Older messages are repeated ones, or from clocks that do not agree.
constexpr int64_t kAgeMaxUs = 10'000'000;

// Messages are: a head, then entries. Numbers as this machine writes them: all programs run on little-endian ones.
struct Head {
  uint64_t sender;
  uint64_t sequence;
  int64_t time_us;
};
struct TakenElsewhere {
  uint64_t key;
  uint32_t count;
  uint32_t rule;
};
static_assert(sizeof(Head) == 24 && sizeof(TakenElsewhere) == 16);

template <typename Part>
void Append(const Part& part, std::string* out) {
  out->append(reinterpret_cast<const char*>(&part), sizeof part);
}

template <typename Part>
Part ReadAt(std::string_view bytes, size_t at) {
  Part part;
  std::memcpy(&part, bytes.data() + at, sizeof part);
  return part;
}

}  // namespace

SharedRates::SharedRates(std::vector<RateRule> rules, const RateSharing& sharing, const Clock& clock,
                         std::function<int64_t()> now_us, telemetry::Metrics& metrics)
    : rules_(std::move(rules)),
      cache_(sharing.secret.empty() ? nullptr : sharing.cache),
      topic_(std::string(kTopic).append(sharing.group)),
      clock_(clock),
      now_us_(std::move(now_us)),
      told_(metrics.AddCounter(std::string(sharing.group) + "_rates_told_total",
                               "Calls that the other processes were told of, for their limits.")),
      heard_(metrics.AddCounter(std::string(sharing.group) + "_rates_heard_total",
                                "Calls at the other processes that counted here.")) {
  if (sodium_init() < 0) std::abort();  // no source of random bits: nothing may go on
  randombytes_buf(&self_, sizeof self_);
  randombytes_buf(hash_key_, sizeof hash_key_);
  if (cache_ == nullptr) return;
  crypto_generichash(hash_key_, sizeof hash_key_, UnsignedBytes(sharing.secret), sharing.secret.size(),
                     UnsignedBytes("rate keys"), 9);
  subscription_ = cache_->OnMessage(topic_, [this](std::string_view message) { Hear(message); });
  thread_ = std::thread([this] { Run(); });
}

SharedRates::~SharedRates() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

// Keyed, so that nobody can choose names that share a bucket.
uint64_t SharedRates::KeyOf(uint8_t rule, uint8_t kind, std::string_view who) const {
  unsigned char text[2 + 256];
  text[0] = rule;
  text[1] = kind;
  const size_t size = std::min<size_t>(who.size(), sizeof text - 2);
  std::memcpy(text + 2, who.data(), size);
  uint64_t key = 0;
  crypto_shorthash(reinterpret_cast<unsigned char*>(&key), text, size + 2, hash_key_);
  return key;
}

RateVerdict SharedRates::Take(uint8_t rule, uint8_t kind, std::string_view who, int64_t now_us) {
  const uint64_t key = KeyOf(rule, kind, who);
  const RateVerdict verdict = table_.Take(key, rules_[rule], now_us);
  // The first eighth of a burst is not told: most callers never go beyond it.
  const bool tell = verdict.admitted && verdict.remaining < rules_[rule].burst - rules_[rule].burst / 8;
  if (tell && cache_ != nullptr) Note(key, rule);
  return verdict;
}

void SharedRates::Note(uint64_t key, uint8_t rule) {
  const std::lock_guard lock(mutex_);
  const auto found = taken_.find(key);
  if (found != taken_.end()) {
    ++found->second.count;
  } else if (taken_.size() < kEntriesMax) {
    taken_[key] = {rule, 1};
  }
}

void SharedRates::Run() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, kPeriod, [this] { return ending_; })) {
    lock.unlock();
    Tell();
    lock.lock();
  }
}

void SharedRates::Tell() {
  absl::flat_hash_map<uint64_t, Taken> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(taken_);
  }
  if (taken.empty()) return;
  std::string message;
  Append(Head{self_, ++sequence_, absl::ToUnixMicros(clock_.Now())}, &message);
  for (const auto& [key, entry] : taken) {
    if (message.size() + sizeof(TakenElsewhere) > cache::kMessageBytesMax) break;
    Append(TakenElsewhere{key, entry.count, entry.rule}, &message);
    told_.Add(entry.count);
  }
  cache_->SendMessage(topic_, message);
}

bool SharedRates::IsNew(uint64_t sender, uint64_t sequence, int64_t time_us) {
  const int64_t age_us = absl::ToUnixMicros(clock_.Now()) - time_us;
  if (sender == self_ || age_us > kAgeMaxUs || age_us < -kAgeMaxUs) return false;
  if (!sequences_.contains(sender) && sequences_.size() >= kSendersMax) sequences_.clear();
  uint64_t& last = sequences_[sender];
  if (sequence <= last) return false;
  last = sequence;
  return true;
}

void SharedRates::Hear(std::string_view message) {
  if (message.size() < sizeof(Head) || (message.size() - sizeof(Head)) % sizeof(TakenElsewhere) != 0) return;
  const Head head = ReadAt<Head>(message, 0);
  if (!IsNew(head.sender, head.sequence, head.time_us)) return;
  const int64_t now_us = now_us_();
  for (size_t at = sizeof(Head); at < message.size(); at += sizeof(TakenElsewhere)) {
    const auto taken = ReadAt<TakenElsewhere>(message, at);
    if (taken.rule >= rules_.size()) continue;
    table_.Charge(taken.key, rules_[taken.rule], taken.count, now_us);
    heard_.Add(taken.count);
  }
}

}  // namespace schutznetz::rate
