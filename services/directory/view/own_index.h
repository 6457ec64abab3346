// What callers with rights find instead of, or besides, what everybody finds.
//
// The public index holds public projections only. For each kind of sight there is a small index of those services alone
// that such callers find by other facts than everybody: hidden ones they may know, places whose address they see, lines
// they see. It is made from what exactly they see and holds nothing else, so that words, scores, corrections of typing
// errors, facets and counts cannot tell them more. It is made when a caller first asks, and follows the view from then
// on: whoever needs a newer state brings it up to date, which costs as much as has changed.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "roaring/roaring.hh"
#include "services/common/access/caller.h"
#include "services/common/search/index_version.h"
#include "services/directory/view/directory_view.h"
#include "services/directory/view/listing.h"

namespace schutznetz::directory {

// One immutable state.
struct OwnIndex {
  using Listings = absl::flat_hash_map<Slot, std::shared_ptr<const Listing>>;

  uint64_t version = 0;  // of the view it was made from
  std::shared_ptr<const search::IndexVersion> index;
  std::shared_ptr<const Listings> listings;  // of the services in the index
  std::shared_ptr<const Roaring> services;   // their first documents, as in DocumentSets
  std::shared_ptr<const Roaring> replaced;   // public documents that they stand in for

  const Listing* listing(Slot service) const {
    const auto found = listings->find(service);
    return found == listings->end() ? nullptr : found->second.get();
  }
};

// Keeps the indexes of the kinds of sight that asked last. Thread safe.
class OwnIndexes {
 public:
  // `view` must outlive it.
  explicit OwnIndexes(const DirectoryView& view);
  ~OwnIndexes();

  // For a caller who sees more than everybody. The state may be newer than the reading; then read the view again.
  std::shared_ptr<const OwnIndex> For(const access::Caller& caller, const ViewReading& reading);

 private:
  class Kept;
  std::shared_ptr<Kept> KeptFor(const access::Caller& caller);

  static constexpr size_t kKeptMax = 64;

  const DirectoryView& view_;
  std::mutex mutex_;
  uint64_t uses_ = 0;
  absl::flat_hash_map<std::string, std::shared_ptr<Kept>> kept_;  // by record::SightOf
};

}  // namespace schutznetz::directory
