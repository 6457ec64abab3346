// What callers with rights find besides what everybody finds: drafts of their Land, events of their network.
//
// For each kind of sight there is a small index of those hidden events alone that such callers may know, made from what
// exactly they see: words, scores, facets and counts cannot tell them more. It is made when somebody first asks, and
// anew when a hidden event has changed.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "services/common/access/caller.h"
#include "services/common/search/index_version.h"
#include "services/events/view/events_view.h"

namespace schutznetz::events {

// Keeps the indexes of the kinds of sight that asked last. Thread safe.
class OwnEvents {
 public:
  // For a caller who sees more than everybody. Null: there is nothing.
  absl::StatusOr<std::shared_ptr<const search::IndexVersion>> For(const access::Caller& caller,
                                                                  const EventsReading& reading,
                                                                  const wire::MessageTable& table);

 private:
  struct Kept {
    uint64_t hidden_number = 0;
    std::shared_ptr<const search::IndexVersion> index;
    uint64_t used = 0;
  };
  static constexpr size_t kKeptMax = 64;

  std::mutex mutex_;
  uint64_t uses_ = 0;
  absl::flat_hash_map<std::string, Kept> kept_;  // by record::SightOf
};

}  // namespace schutznetz::events
