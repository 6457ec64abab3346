// Which services can be reached in one minute. Worked out for all at once and kept for a short while: hours begin and
// end with whole minutes, so one set serves every search for that minute.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "roaring/roaring.hh"
#include "services/common/time/calendar.h"
#include "services/directory/view/view_version.h"

namespace schutznetz::directory {

// Thread safe.
class ReachableSets {
 public:
  // Slots of the services, of what everybody sees, that are open or on call at that moment.
  std::shared_ptr<const Roaring> At(const ViewVersion& version, const civil::Moment& moment,
                                    const civil::Calendar& calendar);

 private:
  struct Kept {
    uint64_t version = 0;
    int32_t minute = 0;
    std::shared_ptr<const Roaring> services;
  };
  std::mutex mutex_;
  std::deque<Kept> kept_;  // newest first
};

}  // namespace schutznetz::directory
