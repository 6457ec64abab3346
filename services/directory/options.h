// The directory server's flags as one plain struct.
#pragma once

#include <string>

#include "services/common/cache/redis_flags.h"
#include "services/common/config/flags.h"
#include "services/common/config/secret.h"
#include "services/common/rpc/process.h"
#include "services/common/storage/database_flags.h"

namespace schutznetz::directory {

struct Options {
  Options() {
    process.server.listen_port = 50051;
    process.admin_port = 9401;
    database.location = "directory.sqlite";
  }

  rpc::ProcessOptions process;
  storage::DatabaseFlags database;
  cache::RedisFlags redis;
  config::Secret audit_key;
  std::string exchange_address;

  // Describes every field as a flag; this object must outlive `flags`.
  void Define(config::Flags& flags);
};

}  // namespace schutznetz::directory
