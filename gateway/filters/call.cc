#include "gateway/filters/call.h"

namespace schutznetz::gateway {
namespace {

// Keeps the memory for the next request, but not that of an unusually large one.
void Empty(std::string& text) {
  constexpr size_t kKeptBytesMax = 64 * 1024;
  text.clear();
  if (text.capacity() > kKeptBytesMax) std::string().swap(text);
}

}  // namespace

void Call::Clear() {
  head = nullptr;
  body = {};
  coding = Coding::kIdentity;
  trace = {};
  match = {};
  binding = nullptr;
  route = kNoRoute;
  timeout = absl::ZeroDuration();
  timeout_asked = problem_json = counted_as_running = has_if_match = create_only = not_modified = false;
  idempotency_key = if_match = {};
  caller = {};
  question = nullptr;
  answer.reset();
  caller_is_outdated = false;
  quota = {};
  Empty(message);
  position = {};
  reply_options = {};
  Empty(reply.body);
  etag.clear();
  upstream = nullptr;
  error = absl::OkStatus();
  http_status = 0;
  vary = 0;
  Empty(response.body);
  response.Clear();
}

}  // namespace schutznetz::gateway
