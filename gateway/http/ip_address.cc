#include "gateway/http/ip_address.h"

#include <arpa/inet.h>

#include <cstring>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace schutznetz::gateway {
namespace {

constexpr std::array<uint8_t, 12> kV4Prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool SamePrefix(const IpAddress& a, const IpAddress& b, int bits) {
  const size_t whole = static_cast<size_t>(bits) / 8;
  if (std::memcmp(a.bytes().data(), b.bytes().data(), whole) != 0) return false;
  const int rest = bits % 8;
  return rest == 0 || ((a.bytes()[whole] ^ b.bytes()[whole]) >> (8 - rest)) == 0;
}

}  // namespace

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  const std::string terminated(text);
  std::array<uint8_t, 16> bytes = {};
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return IpAddress(bytes);
  std::copy(kV4Prefix.begin(), kV4Prefix.end(), bytes.begin());
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data() + 12) == 1) return IpAddress(bytes);
  return std::nullopt;
}

bool IpAddress::is_v4() const { return std::memcmp(bytes_.data(), kV4Prefix.data(), kV4Prefix.size()) == 0; }

uint64_t IpAddress::LimitKey() const {
  uint64_t key = 0;
  std::memcpy(&key, bytes_.data() + (is_v4() ? 8 : 0), sizeof(key));
  return key;
}

absl::StatusOr<IpNetworks> IpNetworks::Parse(const std::vector<std::string>& networks) {
  IpNetworks result;
  for (const std::string& text : networks) {
    const size_t slash = text.find('/');
    const std::optional<IpAddress> address = IpAddress::Parse(std::string_view(text).substr(0, slash));
    int bits = 128;
    bool valid = address.has_value();
    if (valid && slash != std::string::npos) {
      valid = absl::SimpleAtoi(text.substr(slash + 1), &bits);
      if (address->is_v4()) bits += 96;
      valid = valid && bits >= (address->is_v4() ? 96 : 0) && bits <= 128;
    }
    if (!valid) return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is not an address or network"));
    result.networks_.push_back({*address, bits});
  }
  return result;
}

bool IpNetworks::Contains(const IpAddress& address) const {
  for (const Network& network : networks_) {
    if (SamePrefix(network.address, address, network.bits)) return true;
  }
  return false;
}

}  // namespace schutznetz::gateway
