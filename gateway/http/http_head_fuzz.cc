// Whatever HeadGate lets through, Boost.Beast must read in the same way: the same method, target and fields, the same
// end of the body, however the bytes are cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "gateway/http/head_gate.h"
#include "gateway/http/message_framing.h"

namespace {

using namespace schutznetz::gateway;

// Gives the gate `step` bytes more each time.
HeadGate::State CheckInSteps(const std::string& bytes, size_t step, std::string* place, HeadGate* gate,
                             RequestHead* head) {
  for (size_t size = step; size < bytes.size(); size += step) {
    std::string part = bytes.substr(0, size);
    const HeadGate::State state = gate->Check(part.data(), part.size(), head);
    if (state == HeadGate::State::kComplete) break;  // once more below, with all bytes
    if (state == HeadGate::State::kRefused) return state;
  }
  gate->Reset();
  *place = bytes;
  return gate->Check(place->data(), place->size(), head);
}

MessageFraming::State ReadBody(std::string_view bytes, size_t step, MessageFraming& framing, std::string* body) {
  std::string waiting;
  MessageFraming::State state = MessageFraming::State::kBody;
  while (state == MessageFraming::State::kBody && !bytes.empty()) {
    waiting.append(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
    std::string_view view = waiting;
    state = framing.Feed(&view, body);
    waiting = std::string(view);
  }
  return state;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const size_t step = data[0] % 32 + 1;
  const std::string bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const HttpLimits limits;
  HeadGate gate(limits);
  RequestHead head;
  std::string place;
  if (CheckInSteps(bytes, step, &place, &gate, &head) != HeadGate::State::kComplete) return 0;
  if (head.path.empty() || head.path[0] != '/' || head.lines().empty()) abort();
  if (head.chunked && head.content_length.has_value()) abort();

  constexpr size_t kBodyMax = 4096;
  const std::string_view head_bytes = std::string_view(place).substr(0, gate.size());
  const std::string_view rest = std::string_view(place).substr(gate.size());
  std::string bodies[2];
  MessageFraming::State states[2];
  for (int i = 0; i < 2; ++i) {
    const auto framing = MessageFraming::Create();
    states[i] = framing->Begin(head_bytes, head, kBodyMax);
    if (states[i] == MessageFraming::State::kBody) {
      states[i] = ReadBody(rest, i == 0 ? step : rest.size() + 1, *framing, &bodies[i]);
    }
    if (bodies[i].size() > kBodyMax) abort();
  }
  const bool both = states[0] == MessageFraming::State::kDone && states[1] == MessageFraming::State::kDone;
  if ((states[0] == MessageFraming::State::kDone) != (states[1] == MessageFraming::State::kDone)) abort();
  if (both && bodies[0] != bodies[1]) abort();
  return 0;
}
