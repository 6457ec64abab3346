// One immutable state of the catalogue of publications: everything a read needs, without locks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/common/record/record.h"
#include "services/common/record/rights.h"
#include "services/common/search/index_version.h"
#include "services/common/storage/change_record.h"
#include "services/common/view/chunk_table.h"
#include "services/common/view/cow_sorted_set.h"

namespace schutznetz::events {

// One publication as the view holds it, deleted ones included. Versions share entries.
struct PublicationEntry {
  uint32_t slot = 0;
  std::shared_ptr<const std::string> name;  // "publications/…"; shared by all entries of the slot
  record::Record record;                    // as stored
  record::RecordScope scope;
  std::string shown;              // as everybody sees it, ready to be sent; empty when it is deleted
  std::vector<std::string> sets;  // of harvesters
  int64_t stamp_s = 0;            // when what everybody sees last changed: seconds since 1970

  bool is_public() const { return !shown.empty(); }
};

// In the order of the names, bytewise. Views point into what the owner of the slot's name keeps.
struct PublicationName {
  std::shared_ptr<const std::string> name;
  uint32_t slot = 0;
  friend bool operator<(const PublicationName& a, const PublicationName& b) { return *a.name < *b.name; }
  friend bool operator<(const PublicationName& a, std::string_view b) { return *a.name < b; }
  friend bool operator<(std::string_view a, const PublicationName& b) { return a < *b.name; }
};

// In the order in which harvesters get them.
struct PublicationStamp {
  int64_t stamp_s = 0;
  std::shared_ptr<const std::string> name;
  uint32_t slot = 0;
  friend bool operator<(const PublicationStamp& a, const PublicationStamp& b) {
    return a.stamp_s != b.stamp_s ? a.stamp_s < b.stamp_s : *a.name < *b.name;
  }
};

// What everybody sees, the last entered first.
struct PublicationEntered {
  int64_t create_us = 0;
  uint32_t slot = 0;
  friend bool operator<(const PublicationEntered& a, const PublicationEntered& b) {
    return a.create_us != b.create_us ? a.create_us > b.create_us : a.slot > b.slot;
  }
};

struct PublicationVersion {
  uint64_t number = 0;  // rises with every version of this process
  storage::Position position;
  view::ChunkTable<PublicationEntry> entries;
  view::CowSortedSet<PublicationName, std::less<>> names;
  view::CowSortedSet<PublicationStamp> stamps;
  view::CowSortedSet<PublicationEntered> entered;
  std::shared_ptr<const search::IndexVersion> index;

  // Null when there is none of this name.
  const PublicationEntry* Find(std::string_view name) const;
};

}  // namespace schutznetz::events
