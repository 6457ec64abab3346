// The flags by which an operator says where a server's store is. The same for all servers.
#pragma once

#include <string>

#include "services/common/config/flags.h"
#include "services/common/config/secret.h"
#include "services/common/storage/open.h"

namespace schutznetz::storage {

struct DatabaseFlags {
  std::string location;  // a file, or a connection string of libpq; the program sets the default
  std::string schema = "public";
  config::Secret password;
  int readers = 4;
  int writers = 8;

  // Describes every field as a flag; this object must outlive `flags`. `example` is the name of a PostgreSQL database,
  // for the help.
  void Define(config::Flags& flags, const std::string& example);
  // What the flags say; `log` is filled in by the caller.
  DatabaseOptions Options() const;
};

}  // namespace schutznetz::storage
