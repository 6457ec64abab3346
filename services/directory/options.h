// The directory server's flags as one plain struct.
#pragma once

#include <string>

#include "services/common/config/flags.h"
#include "services/common/config/secret.h"
#include "services/common/rpc/process.h"
#include "services/common/storage/open.h"

namespace schutznetz::directory {

struct Options {
  Options() {
    process.server.listen_port = 50051;
    process.admin_port = 9401;
  }

  rpc::ProcessOptions process;
  std::string database = "directory.sqlite";
  std::string database_schema = "public";
  config::Secret database_password;
  config::Secret audit_key;
  int database_readers = 4;
  int database_writers = 8;

  // Describes every field as a flag; this object must outlive `flags`.
  void Define(config::Flags& flags);
  // What the flags say about the store; `log` is filled in by the caller.
  storage::DatabaseOptions Database() const;
};

}  // namespace schutznetz::directory
