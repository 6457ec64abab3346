// The exchange server's flags as one plain struct.
#pragma once

#include <string>
#include <vector>

#include "services/common/config/flags.h"
#include "services/common/config/secret.h"
#include "services/common/rpc/process.h"
#include "services/common/storage/open.h"
#include "services/exchange/exchange_server.h"

namespace schutznetz::exchange {

struct Options {
  Options() {
    process.server.listen_port = 50053;
    process.admin_port = 9403;
  }

  rpc::ProcessOptions process;
  std::string database = "exchange.sqlite";
  std::string database_schema = "public";
  config::Secret database_password;
  int database_readers = 4;
  int database_writers = 8;
  config::Secret audit_key;
  config::Secret pepper;
  config::Secret wrapping_keys;
  config::Secret signing_keys;
  std::vector<std::string> bootstrap_operators;
  std::string erasure_ledger = "exchange.erasures";

  // Describes every field as a flag; this object must outlive `flags`.
  void Define(config::Flags& flags);
  // What the flags say about the store; `log` is filled in by the caller.
  storage::DatabaseOptions Database() const;
  // The secrets, brought into their form. INVALID_ARGUMENT names the flag.
  absl::StatusOr<ExchangeSettings> Settings(const Clock& clock) const;
};

}  // namespace schutznetz::exchange
