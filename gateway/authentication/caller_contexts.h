// The caller contexts that go with calls to each server.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/common/access/caller_context.h"

namespace schutznetz::gateway {

// Thread safe.
class CallerContexts {
 public:
  // FAILED_PRECONDITION: there is no key from the gateway to one of `servers`. `clock` must outlive it.
  static absl::StatusOr<CallerContexts> Create(const access::ContextKeys& keys, const std::vector<std::string>& servers,
                                               const Clock& clock);

  // The context of `caller` for server number `server`. As ContextMinter::Mint.
  absl::StatusOr<std::shared_ptr<const std::string>> Mint(size_t server, const access::Caller& caller) const {
    return minters_[server]->Mint(caller);
  }
  const access::ContextMinter& minter(size_t server) const { return *minters_[server]; }

 private:
  std::vector<std::unique_ptr<access::ContextMinter>> minters_;
};

}  // namespace schutznetz::gateway
