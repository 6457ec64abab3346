// The methods of ExchangeService and AccessService.
#pragma once

#include <string>

#include "services/common/rpc/page_token.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/write.h"
#include "services/common/storage/database.h"
#include "services/common/time/clock.h"
#include "services/exchange/api/token_endpoint.h"
#include "services/exchange/domain/grants.h"
#include "services/exchange/domain/members.h"
#include "services/exchange/domain/memberships.h"
#include "services/exchange/domain/partners.h"
#include "services/exchange/domain/persons.h"
#include "services/exchange/housekeeping.h"
#include "services/exchange/view/rights_view.h"

namespace schutznetz::exchange {

// What they work with; all must outlive the registry's server.
struct ExchangeApiParts {
  storage::Database& database;
  rpc::Writes& writes;
  const rpc::PageTokens& page_tokens;
  const Clock& clock;
  const Members& members;
  const Memberships& memberships;
  const Grants& grants;
  const Partners& partners;
  const Persons& persons;
  Housekeeping& housekeeping;
};

// One function per group, each in a file of its own.
void RegisterMemberApi(rpc::Registry& registry, const ExchangeApiParts& parts);
void RegisterMembershipApi(rpc::Registry& registry, const ExchangeApiParts& parts);
void RegisterGrantApi(rpc::Registry& registry, const ExchangeApiParts& parts);
void RegisterPartnerApi(rpc::Registry& registry, const ExchangeApiParts& parts);

// IssueToken; needs the registry's audit log. `endpoint` must outlive the registry's server.
void RegisterTokenApi(rpc::Registry& registry, TokenEndpoint& endpoint);

// AccessService: answered from memory. `jwks`: the public keys of this installation's own tokens.
void RegisterAccessApi(rpc::Registry& registry, const RightsView& view, std::string jwks);

}  // namespace schutznetz::exchange
