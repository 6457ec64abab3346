// The part of VersionBuilder that keeps listings and search documents.
#include <algorithm>
#include <thread>
#include <utility>

#include "services/directory/view/version_builder.h"

namespace schutznetz::directory {
namespace {

bool HasDatedAreas(const Listing& listing) {
  const auto& areas = listing.service.service_areas();
  return std::any_of(areas.begin(), areas.end(), [](const v1::ServiceArea& area) {
    return !area.valid_from().empty() || !area.valid_to().empty();
  });
}

Verified VerifiedOf(const Listing& listing) {
  const auto& time = listing.service.verify_time();
  return {time.seconds() * 1'000'000 + time.nanos() / 1000, listing.slot};
}

}  // namespace

// The first version: one thread makes listings and documents, this one takes the documents into the index, so that they
// are not all held together.
void VersionBuilder::LoadListings() {
  DocumentPipe pipe;
  std::thread maker([&] {
    MakeDocuments(pipe);
    pipe.Close();
  });
  indexes_.Load([&pipe](search::Document* document) { return pipe.Take(document); });
  maker.join();
  stale_listings_.clear();
  indexes_.Commit();
}

void VersionBuilder::MakeDocuments(DocumentPipe& pipe) {
  std::vector<Slot> services;
  next_.entries.VisitAll([&](Slot slot, const Entry& entry) {
    if (entry.kind == Kind::kService) services.push_back(slot);
  });
  ListingMaker shown(next_, today_, hours_);
  for (const Slot slot : services) {
    MadeListing made = shown.Make(slot);
    NoteWithheld(slot);
    if (!made.listing) continue;
    InstallListing(slot, std::move(made.listing));
    for (search::Document& document : made.documents) pipe.Put(std::move(document));
  }
}

void VersionBuilder::RefreshListings() {
  if (stale_listings_.empty()) return;
  ListingMaker shown(next_, today_, hours_);
  std::vector<Slot> slots(stale_listings_.begin(), stale_listings_.end());
  std::sort(slots.begin(), slots.end());
  for (const Slot slot : slots) {
    RefreshListing(slot, shown);
    stale_listings_.erase(slot);
  }
  indexes_.Commit();
}

void VersionBuilder::RefreshListing(Slot slot, ListingMaker& shown) {
  MadeListing made = shown.Make(slot);
  const Listing* before = next_.listing(slot);
  const bool same = before != nullptr && made.listing && before->documents == made.listing->documents;
  if (!same) indexes_.PutShown(DocumentSlots(before), std::move(made.documents));
  NoteWithheld(slot);
  InstallListing(slot, std::move(made.listing));
}

void VersionBuilder::NoteWithheld(Slot slot) {
  const Entry* entry = next_.entry(slot);
  const auto known = withheld_.find(slot);
  if (known == withheld_.end() && (entry == nullptr || !WithholdsFacts(*entry))) return;
  const uint64_t version = next_.number + 1;
  if (known != withheld_.end()) withheld_changes_.Erase(stamp_, {known->second, slot});
  withheld_changes_.Insert(stamp_, {version, slot});
  withheld_[slot] = version;
}

// Whether some callers find the service by facts that others do not see.
bool VersionBuilder::WithholdsFacts(const Entry& service) const {
  if (service.deleted()) return false;
  const auto hides_lines = [&](Slot slot) {
    const Entry* entry = next_.entry(slot);
    return entry != nullptr && entry->hides_lines;
  };
  bool withholds = !service.is_public() || service.hides_lines || hides_lines(service.parents[0]);
  next_.VisitDependents(service.slot, [&](Slot dependent) {
    const Entry* placement = next_.entry(dependent);
    if (placement == nullptr || placement->deleted()) return;
    withholds =
        withholds || !placement->shows_address() || placement->hides_lines || hides_lines(placement->parents[1]);
  });
  return withholds;
}

std::string_view VersionBuilder::KeepKey(const std::string& key) {
  if (const auto known = keys_.find(key); known != keys_.end()) return *known;
  return *keys_.insert(texts_->Keep(key)).first;
}

void VersionBuilder::InstallAreas(const Listing* before, const Listing* after) {
  std::vector<Competence> then, now;
  const auto collect = [&](const Listing* listing, std::vector<Competence>& competences) {
    if (listing == nullptr) return;
    for (const v1::ServiceArea& area : listing->service.service_areas()) {
      competences.push_back({KeepKey(area.area_key()), listing->slot});
    }
    std::sort(competences.begin(), competences.end());
  };
  collect(before, then);
  collect(after, now);
  const auto same = [](const Competence& a, const Competence& b) { return a.key == b.key && a.service == b.service; };
  if (std::equal(then.begin(), then.end(), now.begin(), now.end(), same)) return;
  for (const Competence& competence : then) competences_.Erase(stamp_, competence);
  for (const Competence& competence : now) competences_.Insert(stamp_, competence);
}

void VersionBuilder::InstallSets(Slot slot, const Listing* before, const Listing* after) {
  DocumentSets& sets = document_sets_;
  for (const Slot document : DocumentSlots(before)) sets.further_places.remove(document);
  for (Roaring* set : {&sets.services, &sets.several_places, &sets.dated_areas}) set->remove(slot);
  document_sets_changed_ = true;
  if (after == nullptr) return;
  for (const Slot document : DocumentSlots(after)) {
    if (document != slot) sets.further_places.add(document);
  }
  sets.services.add(slot);
  if (after->places.size() > 1) sets.several_places.add(slot);
  if (HasDatedAreas(*after)) sets.dated_areas.add(slot);
}

void VersionBuilder::NoteForLadders(const Listing* listing) {
  if (listing == nullptr) return;
  ladder_changed_ = true;
  for (const v1::ServiceArea& area : listing->service.service_areas()) {
    ladder_changes_.by_key[LadderChanges::CounterOf(area.area_key())] = next_.number + 1;
  }
  if (listing->service.kind() == v1::Service::COUNSELLING) ladder_changes_.counselling = next_.number + 1;
}

void VersionBuilder::InstallListing(Slot slot, std::shared_ptr<const Listing> listing) {
  const std::shared_ptr<const Listing> before = next_.listings.Share(slot);
  if (before == nullptr && listing == nullptr) return;
  InstallAreas(before.get(), listing.get());
  InstallSets(slot, before.get(), listing.get());
  NoteForLadders(before.get());
  NoteForLadders(listing.get());
  if (before) verified_.Erase(stamp_, VerifiedOf(*before));
  if (listing) verified_.Insert(stamp_, VerifiedOf(*listing));
  next_.listings.Set(stamp_, slot, std::move(listing));
}

}  // namespace schutznetz::directory
