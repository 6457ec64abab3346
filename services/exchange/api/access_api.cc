#include <string>
#include <utility>

#include "services/common/errors/macros.h"
#include "services/exchange/api/exchange_api.h"

namespace schutznetz::exchange {

using rpc::CallContext;

void RegisterAccessApi(rpc::Registry& registry, const RightsView& view, std::string jwks) {
  registry.Read<v1::GetRightsVersionRequest, v1::RightsVersion>(
      "GetRightsVersion",
      [&view](const CallContext&, const v1::GetRightsVersionRequest&) -> absl::StatusOr<v1::RightsVersion> {
        v1::RightsVersion version;
        ASSIGN_OR_RETURN(const int64_t number, view.RightsVersion());
        version.set_version(number);
        return version;
      });
  registry.Read<v1::ResolveCallerRequest, v1::ResolvedCaller>(
      "ResolveCaller",
      [&view](const CallContext&, const v1::ResolveCallerRequest& request) { return view.Resolve(request); });
  registry.Read<v1::GetSigningKeysRequest, v1::SigningKeys>(
      "GetSigningKeys", [jwks = std::move(jwks)](const CallContext&, const v1::GetSigningKeysRequest&) {
        v1::SigningKeys keys;
        keys.set_jwks(jwks);
        return absl::StatusOr<v1::SigningKeys>(keys);
      });
}

}  // namespace schutznetz::exchange
