// The reading methods of DirectoryService: Get and List of every kind, Länder and areas, search and reach.
//
// All run inline: they answer from memory and never wait. A hidden record answers exactly as a missing one.
#pragma once

#include "services/common/rpc/page_token.h"
#include "services/common/rpc/registry.h"
#include "services/directory/view/directory_view.h"

namespace schutznetz::directory {

// Registers them. `view` and `page_tokens` must outlive the registry's server.
void RegisterReadApi(rpc::Registry& registry, const DirectoryView& view, const rpc::PageTokens& page_tokens);

}  // namespace schutznetz::directory
