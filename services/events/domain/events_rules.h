// The rules of all kinds that this server keeps as records, in one set.
#pragma once

#include <memory>

#include "services/common/record/resource_rules.h"
#include "services/common/wire/table.h"
#include "services/events/domain/event_rules.h"
#include "services/events/domain/publication_files.h"
#include "services/events/domain/publication_rules.h"

namespace schutznetz::events {

// Immutable, thread safe.
class EventsRules {
 public:
  // `tables` must hold the messages of all kinds and outlive this object.
  explicit EventsRules(const wire::Tables& tables);

  const record::RuleSet& all() const { return all_; }
  const EventRules& event() const { return *event_; }
  const PublicationRules& publication() const { return *publication_; }
  const PublicationFileRules& publication_file() const { return *publication_file_; }

 private:
  const std::unique_ptr<const EventRules> event_;
  const std::unique_ptr<const PublicationRules> publication_;
  const std::unique_ptr<const PublicationFileRules> publication_file_;
  const record::RuleSet all_;
};

// Kinds of everything this server stores as records.
inline constexpr char kEventKind[] = "event";

}  // namespace schutznetz::events
