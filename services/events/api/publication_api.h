// The methods of publications.
#pragma once

#include "services/common/record/standard_methods.h"
#include "services/common/rpc/page_token.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/write.h"
#include "services/events/catalogue/site.h"
#include "services/events/domain/publication_files.h"
#include "services/events/domain/publication_imports.h"
#include "services/events/view/publication_view.h"

namespace schutznetz::events {

// Each registers its methods. All arguments but the site must outlive the registry's server.
void RegisterPublicationReads(rpc::Registry& registry, const PublicationView& view, const rpc::PageTokens& page_tokens);
void RegisterPublicationWrites(rpc::Registry& registry, rpc::Writes& writes, const record::StandardMethods& methods,
                               const PublicationRules& rules, const PublicationImports& imports);
void RegisterPublicationFiles(rpc::Registry& registry, rpc::Writes& writes, storage::Database& database,
                              const PublicationFiles& files);
// Feeds, JSON-LD and harvesting.
void RegisterPublicationFormats(rpc::Registry& registry, const PublicationView& view,
                                const rpc::PageTokens& page_tokens, const Site& site);

}  // namespace schutznetz::events
