#include "services/common/telemetry/trace.h"

#include <sys/random.h>

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace schutznetz::telemetry {
namespace {

bool IsLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsAllZero(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '0'; });
}

int HexDigit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

// splitmix64 over a random seed per thread: ids need to differ, not to be secret.
uint64_t Random64() {
  thread_local uint64_t state = [] {
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed) seed = reinterpret_cast<uintptr_t>(&seed);
    return seed;
  }();
  state += 0x9E3779B97F4A7C15ULL;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

template <size_t N>
ShortText<N> RandomHex() {
  static_assert(N % 16 == 0);
  constexpr char kDigits[] = "0123456789abcdef";
  std::array<char, N> text;
  for (size_t i = 0; i < N; i += 16) {
    uint64_t bits = Random64() | 1;  // never all zero
    for (size_t j = 0; j < 16; ++j, bits >>= 4) text[i + j] = kDigits[bits & 15];
  }
  return ShortText<N>(std::string_view(text.data(), N));
}

}  // namespace

std::optional<TraceContext> ParseTraceparent(std::string_view value) {
  // version "-" trace-id "-" parent-id "-" flags; later versions may append "-…".
  if (value.size() < 55 || value[2] != '-' || value[35] != '-' || value[52] != '-') return std::nullopt;
  const std::string_view version = value.substr(0, 2);
  const std::string_view trace_id = value.substr(3, 32);
  const std::string_view parent_id = value.substr(36, 16);
  const std::string_view flags = value.substr(53, 2);
  if (!IsLowerHex(version) || version == "ff" || !IsLowerHex(flags)) return std::nullopt;
  if (value.size() > 55 && (version == "00" || value[55] != '-')) return std::nullopt;
  if (!IsLowerHex(trace_id) || IsAllZero(trace_id)) return std::nullopt;
  if (!IsLowerHex(parent_id) || IsAllZero(parent_id)) return std::nullopt;
  return TraceContext{trace_id, parent_id, static_cast<uint8_t>(HexDigit(flags[0]) * 16 + HexDigit(flags[1]))};
}

std::string FormatTraceparent(const TraceContext& context) {
  const std::string_view trace_id = context.trace_id.view();
  const std::string_view parent_id = context.parent_id.view();
  return absl::StrCat("00-", absl::string_view(trace_id.data(), trace_id.size()), "-",
                      absl::string_view(parent_id.data(), parent_id.size()), "-",
                      absl::Hex(context.flags, absl::kZeroPad2));
}

TraceContext NewTrace() { return {RandomHex<32>(), RandomHex<16>(), 0}; }

ShortText<16> NewSpanId() { return RandomHex<16>(); }

bool IsRequestId(std::string_view id) {
  if (id.empty() || id.size() > 64) return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '_' ||
           c == '-';
  });
}

ShortText<64> NewRequestId() {
  constexpr char kDigits[] = "0123456789abcdefghijklmnopqrstuv";
  std::array<char, 20> text;
  for (size_t i = 0; i < 20; i += 10) {
    uint64_t bits = Random64();
    for (size_t j = 0; j < 10; ++j, bits >>= 5) text[i + j] = kDigits[bits & 31];
  }
  return ShortText<64>(std::string_view(text.data(), text.size()));
}

}  // namespace schutznetz::telemetry
