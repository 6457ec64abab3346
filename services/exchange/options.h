// The exchange server's flags as one plain struct.
#pragma once

#include <string>
#include <vector>

#include "services/common/cache/redis_flags.h"
#include "services/common/config/flags.h"
#include "services/common/config/secret.h"
#include "services/common/personal/personal_flags.h"
#include "services/common/rpc/process.h"
#include "services/common/storage/database_flags.h"
#include "services/exchange/exchange_server.h"

namespace schutznetz::exchange {

struct Options {
  Options() {
    process.server.listen_port = 50053;
    process.admin_port = 9403;
    database.location = "exchange.sqlite";
    personal.erasure_ledger = "exchange.erasures";
  }

  rpc::ProcessOptions process;
  storage::DatabaseFlags database;
  cache::RedisFlags redis;
  config::Secret audit_key;
  personal::PersonalFlags personal;
  config::Secret signing_keys;
  std::vector<std::string> bootstrap_operators;

  // Describes every field as a flag; this object must outlive `flags`.
  void Define(config::Flags& flags);
  // The secrets, brought into their form. INVALID_ARGUMENT names the flag.
  absl::StatusOr<ExchangeSettings> Settings(const Clock& clock) const;
};

}  // namespace schutznetz::exchange
