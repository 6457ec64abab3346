#include "services/events/domain/directory_names.h"

#include <set>
#include <utility>

#include "services/common/record/checks.h"

namespace schutznetz::events {
namespace {

std::vector<DirectoryName> NamesIn(const v1::Event& event) {
  std::vector<DirectoryName> names = {{"event.organizer", event.organizer()}, {"event.network", event.network()}};
  for (int i = 0; i < event.co_organizers_size(); ++i) {
    names.push_back({record::At("event.coOrganizers", i), event.co_organizers(i)});
  }
  for (int i = 0; i < event.sessions_size(); ++i) {
    names.push_back({record::At("event.sessions", i) + ".place.location", event.sessions(i).place().location()});
  }
  std::erase_if(names, [](const DirectoryName& name) { return name.name.empty(); });
  return names;
}

}  // namespace

std::vector<DirectoryName> NamesToCheck(const v1::Event& event, const v1::Event* known) {
  std::set<std::string> settled;
  if (known != nullptr) {
    for (DirectoryName& name : NamesIn(*known)) settled.insert(std::move(name.name));
  }
  std::vector<DirectoryName> names;
  for (DirectoryName& name : NamesIn(event)) {
    if (settled.insert(name.name).second) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace schutznetz::events
