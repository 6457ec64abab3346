// One immutable state of the directory: everything a read needs, without locks.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include "roaring/roaring.hh"
#include "services/common/search/index_version.h"
#include "services/common/storage/change_record.h"
#include "services/common/view/chunk_table.h"
#include "services/common/view/cow_sorted_set.h"
#include "services/directory/places/place_resolver.h"
#include "services/directory/view/entry.h"
#include "services/directory/view/kinds.h"
#include "services/directory/view/listing.h"

namespace schutznetz::directory {

using view::ChunkTable;
using view::CowSortedSet;
using view::WriterStamp;

// --- Elements of the ordered sets ---

struct NameSlot {
  uint64_t hash = 0;
  Slot slot = kNoSlot;
  friend auto operator<=>(const NameSlot&, const NameSlot&) = default;
};

// A record in one of the lists it appears in.
struct GroupItem {
  uint64_t group = 0;
  std::string_view name;
  Slot slot = kNoSlot;
  friend bool operator<(const GroupItem& a, const GroupItem& b) {
    return std::tie(a.group, a.name) < std::tie(b.group, b.name);
  }
};

// The lists: all of a kind, those of a Land, those below a parent.
constexpr uint64_t GroupOf(Kind kind) { return (uint64_t{1} << 56) | IndexOf(kind); }
constexpr uint64_t GroupOf(Kind kind, LandNumber land) { return (uint64_t{2} << 56) | (IndexOf(kind) << 8) | land; }
constexpr uint64_t GroupBelow(Slot parent, Kind kind) {
  return (uint64_t{3} << 56) | (uint64_t{parent} << 8) | IndexOf(kind);
}

// `dependent` is made from what `on` says: its child, or a record that refers to it.
struct Dependent {
  Slot on = kNoSlot;
  Slot dependent = kNoSlot;
  friend auto operator<=>(const Dependent&, const Dependent&) = default;
};

// A service with a service area of that key, whenever it is valid.
struct Competence {
  std::string_view key;
  Slot service = kNoSlot;
  friend bool operator<(const Competence& a, const Competence& b) {
    return std::tie(a.key, a.service) < std::tie(b.key, b.service);
  }
};

struct Verified {
  int64_t time_us = 0;
  Slot service = kNoSlot;
  friend auto operator<=>(const Verified&, const Verified&) = default;
};

// A service that not everybody finds by all of its facts, or did not before it last changed: where those with rights
// look for what they find besides.
struct WithheldChange {
  uint64_t version = 0;  // number of the version in which it last changed; each service once
  Slot service = kNoSlot;
  friend auto operator<=>(const WithheldChange&, const WithheldChange&) = default;
};

// Sets of documents that searches leave out or look at one by one. A service's document has the slot of the service; a
// service with several places has one more for each further place, with the slot of that placement.
struct DocumentSets {
  Roaring services;        // first documents: one for each service that everybody sees
  Roaring further_places;  // documents of places after the first
  Roaring several_places;  // services that have them
  Roaring dated_areas;     // services with a service area that begins or ends
};

// Numbers of the versions in which something that ladders are made of changed last. Keys share counters by hash: an
// answer may be made anew without need, never kept without right.
struct LadderChanges {
  static constexpr size_t kCounters = 4096;
  static size_t CounterOf(std::string_view area_key);

  std::array<uint64_t, kCounters> by_key = {};  // services competent for an area
  uint64_t counselling = 0;                     // any counselling service: it may be the nearest
  uint64_t places = 0;                          // what places mean
};

// --- The version ---

class ViewVersion {
 public:
  // The record of that name, hidden and deleted ones included; null when there never was one.
  const Entry* Find(std::string_view name) const;

  const Entry* entry(Slot slot) const { return slot == kNoSlot ? nullptr : entries.Get(slot); }
  const Listing* listing(Slot slot) const { return listings.Get(slot); }
  // The service of a document.
  Slot ServiceOfDocument(Slot document) const;
  // Records that are made from this one: its children, and those that refer to it.
  template <typename Visit>
  void VisitDependents(Slot slot, Visit&& visit) const {
    dependents.VisitFrom(Dependent{slot, 0}, [&](const Dependent& item) {
      if (item.on != slot) return false;
      visit(item.dependent);
      return true;
    });
  }
  int32_t PublicCount(Kind kind, LandNumber land) const { return land_counts[IndexOf(kind)][land]; }

  uint64_t number = 0;  // rises with every version of this process
  storage::Position position;
  std::shared_ptr<const PlaceResolver> places;

  ChunkTable<Entry> entries;
  ChunkTable<Listing> listings;  // by the service's slot; only what everybody sees
  CowSortedSet<NameSlot> names;
  CowSortedSet<GroupItem> shown_lists;     // what everybody sees
  CowSortedSet<GroupItem> withheld_lists;  // the rest: hidden, deleted, or below a parent that is withheld
  CowSortedSet<Dependent> dependents;
  CowSortedSet<Competence> competences;
  CowSortedSet<Verified> verified;
  CowSortedSet<WithheldChange> withheld_changes;
  std::array<std::array<int32_t, kLandCount + 1>, kKindCount> land_counts = {};
  std::shared_ptr<const DocumentSets> document_sets;
  std::shared_ptr<const LadderChanges> ladder_changes;

  std::shared_ptr<const search::IndexVersion> shown_index;  // public facts only

  // Owns what the views of names and keys point into.
  std::shared_ptr<const void> texts;
};

// The hash under which NameSlot keeps a name. The same in every process.
uint64_t HashOfName(std::string_view name);

}  // namespace schutznetz::directory
