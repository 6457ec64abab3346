// The events server's flags as one plain struct.
#pragma once

#include <string>

#include "services/common/cache/redis_flags.h"
#include "services/common/config/flags.h"
#include "services/common/config/secret.h"
#include "services/common/mail/server_mail.h"
#include "services/common/personal/personal_flags.h"
#include "services/common/rpc/process.h"
#include "services/common/storage/database_flags.h"
#include "services/events/events_server.h"

namespace schutznetz::events {

struct Options {
  Options() {
    process.server.listen_port = 50052;
    process.admin_port = 9402;
    database.location = "events.sqlite";
    personal.erasure_ledger = "events.erasures";
  }

  rpc::ProcessOptions process;
  storage::DatabaseFlags database;
  cache::RedisFlags redis;
  config::Secret audit_key;
  personal::PersonalFlags personal;
  std::string directory_address = "127.0.0.1:50051";
  std::string exchange_address;
  Site site;
  mail::MailFlags mail;

  // Describes every field as a flag; this object must outlive `flags`.
  void Define(config::Flags& flags);
  // The secrets, brought into their form. INVALID_ARGUMENT names the flag. This object must outlive what it returns.
  absl::StatusOr<EventsSettings> Settings() const;
};

}  // namespace schutznetz::events
