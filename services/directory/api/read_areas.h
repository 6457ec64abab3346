// Länder and areas: Get, List and what a text means as a place. Internal to api/.
#pragma once

#include "services/common/rpc/page_token.h"
#include "services/common/rpc/registry.h"
#include "services/directory/view/directory_view.h"

namespace schutznetz::directory {

void RegisterAreaReads(rpc::Registry& registry, const DirectoryView& view, const rpc::PageTokens& page_tokens);

}  // namespace schutznetz::directory
