// Joins a service with its organization and its places, and writes the documents by which it is found.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/common/search/document.h"
#include "services/directory/view/entry_reader.h"
#include "services/directory/view/hours_table.h"
#include "services/directory/view/presenting.h"
#include "services/directory/view/view_version.h"

namespace schutznetz::directory {

// Whose eyes a listing is made for, when not everybody's.
struct Viewer {
  const KindTables& tables;
  const access::Caller& caller;
};

struct MadeListing {
  std::shared_ptr<Listing> listing;         // null: there is nothing to list
  std::vector<search::Document> documents;  // one, and one more for each further place
};

// Reads `version` while it is being made or when it is published; remembers organizations it has read, so it is for one
// version and a short time. Not thread safe.
class ListingMaker {
 public:
  // `viewer` null: everybody. Everything must outlive it.
  ListingMaker(const ViewVersion& version, absl::CivilDay today, HoursTable& hours, const Viewer* viewer = nullptr);

  // Nothing is listed that cannot be read, or that may not be seen.
  MadeListing Make(Slot service);

 private:
  struct OrganizationFacts {
    std::string display_name;
    std::string alternate_name;
    bool authority = false;
    std::shared_ptr<const CallFacts> calls;
  };
  struct PlaceTexts {
    std::string display_name;
    std::string city;
    std::string area_key;  // as fine as is seen
  };
  struct Draft {
    std::shared_ptr<Listing> listing;
    v1::Service service;
    const OrganizationFacts* organization = nullptr;
    std::vector<PlaceTexts> place_texts;
  };

  absl::StatusOr<std::string_view> BytesOf(const Entry* entry);
  absl::StatusOr<ShownFacts> FactsOf(const Entry& entry);
  bool TellsLocation(const Entry& placement) const;
  absl::StatusOr<const OrganizationFacts*> OrganizationOf(Slot slot);
  absl::StatusOr<Draft> MakeDraft(Slot service);
  absl::Status AddPlaces(const Entry& service, const std::shared_ptr<const CallFacts>& own, Draft& draft);
  absl::Status AddPlace(const Entry& placement, const std::shared_ptr<const CallFacts>& own, Draft& draft);
  void Locate(const Entry& location, const PlaceFacts* shown, ListedPlace& place) const;
  search::Document DocumentOf(const Draft& draft) const;
  std::vector<search::Document> DocumentsOf(const Draft& draft) const;
  void AddAreas(const Draft& draft, search::Document& document) const;
  const std::vector<std::string>& ChainKeys(const std::string& key) const;

  const ViewVersion& version_;
  const absl::CivilDay today_;
  HoursTable& hours_;
  const Viewer* const viewer_;
  std::string seen_;  // what BytesOf points into
  absl::flat_hash_map<Slot, std::unique_ptr<OrganizationFacts>> organizations_;
  mutable absl::flat_hash_map<std::string, std::unique_ptr<std::vector<std::string>>> chains_;
};

}  // namespace schutznetz::directory
