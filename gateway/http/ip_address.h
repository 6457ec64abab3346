// Addresses of clients, as keys of limits and as members of configured networks.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace schutznetz::gateway {

// An IPv6 address, or an IPv4 one mapped into it. A plain value.
class IpAddress {
 public:
  IpAddress() = default;  // ::
  explicit IpAddress(const std::array<uint8_t, 16>& bytes) : bytes_(bytes) {}
  // "192.0.2.1", "2001:db8::1"; without zone, port or brackets. Nothing when malformed.
  static std::optional<IpAddress> Parse(std::string_view text);

  const std::array<uint8_t, 16>& bytes() const { return bytes_; }
  bool is_v4() const;
  // What limits count by: the whole IPv4 address, the /64 of an IPv6 one (one household or host has all of it).
  uint64_t LimitKey() const;

  template <typename H>
  friend H AbslHashValue(H state, const IpAddress& address) {
    return H::combine(std::move(state), address.bytes_);
  }
  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  std::array<uint8_t, 16> bytes_ = {};
};

// A set of networks, for example the proxies whose X-Forwarded-For is believed. Immutable after Parse.
class IpNetworks {
 public:
  IpNetworks() = default;  // none
  // "10.0.0.0/8", "2001:db8::/32", "192.0.2.1". INVALID_ARGUMENT names the bad one.
  static absl::StatusOr<IpNetworks> Parse(const std::vector<std::string>& networks);
  bool Contains(const IpAddress& address) const;
  bool empty() const { return networks_.empty(); }

 private:
  struct Network {
    IpAddress address;
    int bits;  // of 128
  };
  std::vector<Network> networks_;
};

}  // namespace schutznetz::gateway
