// The import methods of DirectoryService.
#pragma once

#include "services/common/rpc/page_token.h"
#include "services/common/rpc/position_waiter.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/write.h"
#include "services/common/storage/database.h"
#include "services/directory/domain/import_runner.h"
#include "services/directory/domain/imports.h"

namespace schutznetz::directory {

// What they work with; all must outlive the registry's server.
struct ImportApiParts {
  storage::Database& database;
  const Imports& imports;
  ImportRunner& runner;
  rpc::PositionWaiter& waiter;
  const rpc::PageTokens& page_tokens;
};

// Registers them. Create and Append are ordinary writes; Apply runs on the runner's thread and is answered when the
// view has everything, or shortly before its deadline with the import as it is then (APPLYING).
void RegisterImportApi(rpc::Registry& registry, rpc::Writes& writes, const ImportApiParts& parts);

}  // namespace schutznetz::directory
