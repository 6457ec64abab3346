#include "services/directory/options.h"

#include "services/common/audit/server_audit.h"

namespace schutznetz::directory {

void Options::Define(config::Flags& flags) {
  process.Define(flags);
  database.Define(flags, "schutznetz_directory");
  audit::DefineKeyFlag(flags, &audit_key);
}

}  // namespace schutznetz::directory
