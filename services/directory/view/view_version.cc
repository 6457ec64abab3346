#include "services/directory/view/view_version.h"

namespace schutznetz::directory {

uint64_t HashOfName(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, then mixed so that all bits count
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash ^= hash >> 32;
  hash *= 0xd6e8feb86659fd93;
  return hash ^ (hash >> 32);
}

size_t LadderChanges::CounterOf(std::string_view area_key) { return HashOfName(area_key) % kCounters; }

const Entry* ViewVersion::Find(std::string_view name) const {
  const Entry* found = nullptr;
  const uint64_t hash = HashOfName(name);
  names.VisitFrom(NameSlot{hash, 0}, [&](const NameSlot& item) {
    if (item.hash != hash) return false;
    const Entry* candidate = entries.Get(item.slot);
    if (candidate == nullptr || candidate->name != name) return true;
    found = candidate;
    return false;
  });
  return found;
}

Slot ViewVersion::ServiceOfDocument(Slot document) const {
  const Entry* of = entry(document);
  return of != nullptr && of->kind == Kind::kServiceAtLocation ? of->parents[0] : document;
}

}  // namespace schutznetz::directory
