#include "services/common/cache/hint_listener.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/common/errors/macros.h"

namespace schutznetz::cache {
namespace {

constexpr int kReconnectPauseMs = 2000;
// A connection that says nothing for so long is asked; one that does not answer then is given up.
constexpr int kQuietMs = 10'000;

}  // namespace

HintListener::HintListener(RedisAddress address, std::string prefix)
    : address_(std::move(address)), prefix_(std::move(prefix)), end_event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (end_event_ < 0) std::abort();  // no descriptors left at start
}

HintListener::~HintListener() {
  const uint64_t one = 1;
  if (write(end_event_, &one, sizeof one) != sizeof one) std::abort();  // an eventfd takes a first 1
  if (thread_.joinable()) thread_.join();
  close(end_event_);
}

void HintListener::Add(std::string topic, std::function<void(int64_t)> listener) {
  const std::lock_guard lock(mutex_);
  listeners_.emplace(std::move(topic), std::move(listener));
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
}

bool HintListener::Pause(int milliseconds) const {
  pollfd end = {.fd = end_event_, .events = POLLIN, .revents = 0};
  return poll(&end, 1, milliseconds) <= 0;
}

void HintListener::Run() {
  do {
    auto connection = RedisConnection::Open(address_);
    if (connection.ok() && Listen(**connection).ok()) return;
  } while (Pause(kReconnectPauseMs));
}

absl::Status HintListener::Listen(RedisConnection& connection) {
  connection.Append({"PSUBSCRIBE", absl::StrCat(prefix_, "*")});
  RETURN_IF_ERROR(connection.Receive(absl::Now() + kCommandTimeMax).status());
  CallAll();  // whatever was sent while nobody listened
  bool asked = false;
  while (true) {
    pollfd ends[2] = {{.fd = end_event_, .events = POLLIN, .revents = 0},
                      {.fd = connection.descriptor(), .events = POLLIN, .revents = 0}};
    const int ready = poll(ends, 2, kQuietMs);
    if (ends[0].revents != 0) return absl::OkStatus();
    if (ready <= 0) {
      if (asked) return absl::UnavailableError("Redis fell silent.");
      asked = true;
      connection.Append({"PING"});
      RETURN_IF_ERROR(connection.Flush(absl::Now() + kCommandTimeMax));
      continue;
    }
    asked = false;
    // One answer at least is on its way; hiredis may hold more than one.
    ASSIGN_OR_RETURN(Reply reply, connection.Receive(absl::Now() + kCommandTimeMax));
    Deliver(reply);
    ASSIGN_OR_RETURN(std::vector<Reply> more, connection.TakeReceived());
    for (const Reply& next : more) Deliver(next);
  }
}

void HintListener::Deliver(const Reply& reply) {
  // pmessage, pattern, channel, text
  if (reply.items.size() != 4 || reply.items[0].text != "pmessage") return;
  const std::string& channel = reply.items[2].text;
  int64_t number = 0;
  if (channel.rfind(prefix_, 0) != 0 || !absl::SimpleAtoi(reply.items[3].text, &number) || number < 0) return;
  received_.fetch_add(1, std::memory_order_relaxed);
  std::vector<std::function<void(int64_t)>> called;
  {
    const std::lock_guard lock(mutex_);
    const auto [first, last] = listeners_.equal_range(channel.substr(prefix_.size()));
    for (auto listener = first; listener != last; ++listener) called.push_back(listener->second);
  }
  for (const auto& listener : called) listener(number);
}

void HintListener::CallAll() {
  std::vector<std::function<void(int64_t)>> called;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [topic, listener] : listeners_) called.push_back(listener);
  }
  for (const auto& listener : called) listener(0);
}

}  // namespace schutznetz::cache
