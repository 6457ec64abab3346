#include "gateway/authentication/caller_contexts.h"

#include "services/common/errors/macros.h"

namespace schutznetz::gateway {

absl::StatusOr<CallerContexts> CallerContexts::Create(const access::ContextKeys& keys,
                                                      const std::vector<std::string>& servers, const Clock& clock) {
  CallerContexts contexts;
  for (const std::string& server : servers) {
    ASSIGN_OR_RETURN(auto minter, access::ContextMinter::Create(keys, access::kGatewayName, server, clock));
    contexts.minters_.push_back(std::move(minter));
  }
  return contexts;
}

}  // namespace schutznetz::gateway
