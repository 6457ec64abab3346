#include "gateway/filters/idempotency.h"

#include "gateway/filters/http_list.h"
#include "services/common/errors/errors.h"

namespace schutznetz::gateway {
namespace {

constexpr size_t kKeyBytesMax = 64;

// Quoted as the draft of the HTTPAPI group writes it, or bare.
bool IsKey(std::string_view key) {
  if (key.empty() || key.size() > kKeyBytesMax) return false;
  for (const char c : key) {
    if (c < 0x21 || c > 0x7e || c == '"') return false;
  }
  return true;
}

}  // namespace

Verdict IdempotencyFilter::Before(Call& call) const {
  if (call.head->method != "POST" && call.head->method != "PATCH") return Verdict::kContinue;
  const auto value = call.head->Find(Field::kIdempotencyKey);
  if (!value.has_value() || call.method()->request_id == nullptr) return Verdict::kContinue;
  const std::string_view key = Unquoted(*value);
  if (!IsKey(key)) {
    return Fail(call, errors::InvalidField("idempotency-key", "Must be 1 to 64 visible characters, quoted or bare."));
  }
  call.idempotency_key = key;
  return Verdict::kContinue;
}

}  // namespace schutznetz::gateway
