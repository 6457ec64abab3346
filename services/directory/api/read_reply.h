// What every reading answer carries beside its bytes. Internal to api/.
#pragma once

#include "absl/time/time.h"
#include "services/common/rpc/call_context.h"
#include "services/common/rpc/wire_reply.h"
#include "services/directory/view/directory_view.h"

namespace schutznetz::directory {

// The position the answer reflects, and until when the clock leaves it true; nothing of a view that may be out of date
// may be kept.
void Describe(const ViewReading& reading, absl::Time valid_until, rpc::WireReply* reply);

// The kinds that the method's cache rule names, as dependency tags.
void AddCacheKinds(const rpc::CallContext& call, rpc::WireReply* reply);

// The guard chain brings page_size to 1 … 500; handlers called without it get the default.
int PageSize(int asked);
template <typename Request>
int PageSizeOf(const Request& request) {
  return PageSize(request.page_size());
}

}  // namespace schutznetz::directory
