// What came with a call over the wire, for the guard chain. Internal to rpc/.
#pragma once

#include "grpcpp/server_context.h"
#include "services/common/rpc/guard_chain.h"

namespace schutznetz::rpc {

// Everything but the body. The views live as long as `context`.
Arrival ArrivalOf(const grpc::ServerContextBase& context);

}  // namespace schutznetz::rpc
