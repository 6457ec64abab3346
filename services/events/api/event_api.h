// The methods of events.
#pragma once

#include "services/common/rpc/page_token.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/write.h"
#include "services/events/domain/directory_names.h"
#include "services/events/domain/event_imports.h"
#include "services/events/domain/events.h"
#include "services/events/view/events_view.h"

namespace schutznetz::events {

// Each registers its methods. All arguments must outlive the registry's server.
void RegisterEventReads(rpc::Registry& registry, const EventsView& view, const rpc::PageTokens& page_tokens);
// `names` are asked before an event is written that names something new, and before a draft is published.
void RegisterEventWrites(rpc::Registry& registry, rpc::Writes& writes, const Events& events,
                         const EventImports& imports, const EventsView& view, DirectoryNames& names);

}  // namespace schutznetz::events
