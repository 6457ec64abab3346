// The writing methods of DirectoryService: Create, Update, Delete and Undelete of the five kinds of records.
#pragma once

#include "services/common/record/standard_methods.h"
#include "services/common/rpc/registry.h"
#include "services/common/rpc/write.h"
#include "services/directory/domain/directory_rules.h"

namespace schutznetz::directory {

// Registers them. All arguments must outlive the registry's server.
void RegisterWriteApi(rpc::Registry& registry, rpc::Writes& writes, const record::StandardMethods& methods,
                      const DirectoryRules& rules);

}  // namespace schutznetz::directory
