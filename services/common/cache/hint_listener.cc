#include "services/common/cache/hint_listener.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>
#include <vector>

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

Subscription HintListener::Add(std::string channel, ChannelListener listener) {
  const std::lock_guard lock(mutex_);
  const int64_t number = next_++;
  listeners_[number] = {std::move(channel), std::move(listener)};
  if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  return {this, [number](void* self) { static_cast<HintListener*>(self)->Remove(number); }};
}

void HintListener::Remove(int64_t number) {
  const std::lock_guard calling(calling_);
  const std::lock_guard lock(mutex_);
  listeners_.erase(number);
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
  Call(nullptr, {});  // whatever was sent while nobody listened
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
  Call(&reply.items[2].text, reply.items[3].text);
}

void HintListener::Call(const std::string* channel, std::string_view text) {
  const std::lock_guard calling(calling_);
  std::vector<ChannelListener> called;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [number, listener] : listeners_) {
      if (channel == nullptr || listener.channel == *channel) called.push_back(listener.call);
    }
  }
  for (const auto& listener : called) listener(text);
}

}  // namespace schutznetz::cache
