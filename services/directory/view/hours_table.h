// Compiled schedules, each kept once: many records have the same hours.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "services/common/time/schedules.h"
#include "services/directory/view/entry.h"

namespace schutznetz::directory {

// Used by the one thread that makes versions. What it gives out lives on its own.
class HoursTable {
 public:
  // Null for no schedules, and for such that do not compile: hours that are not understood are unknown, never open.
  Hours Of(const civil::CompiledSchedules::Schedules& schedules);

 private:
  void DropUnused();

  std::unordered_map<std::string, std::weak_ptr<const civil::CompiledSchedules>> by_bytes_;
  size_t drop_at_ = 1024;
};

}  // namespace schutznetz::directory
