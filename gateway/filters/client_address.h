#pragma once

#include "gateway/filters/filter.h"

namespace schutznetz::gateway {

// Finds out who asks: the other end of the connection, or, when that is a trusted proxy, the last address in
// X-Forwarded-For that is none. From anybody else the field is ignored.
class ClientAddressFilter final : public Filter {
 public:
  explicit ClientAddressFilter(IpNetworks trusted_proxies) : trusted_proxies_(std::move(trusted_proxies)) {}

  std::string_view name() const override { return "client_address"; }
  Verdict Before(Call& call) const override;

 private:
  const IpNetworks trusted_proxies_;
};

}  // namespace schutznetz::gateway
