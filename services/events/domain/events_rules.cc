#include "services/events/domain/events_rules.h"

#include <string>
#include <utility>

#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/publication.pb.h"
#include "schutznetz/events/v1/publication_file.pb.h"

namespace schutznetz::events {
namespace {

template <typename Rules, typename Resource>
std::unique_ptr<const Rules> MakeRules(const wire::Tables& tables, std::string kind) {
  record::ResourceRules::Shape shape;
  shape.collection = kind + "s";
  shape.kind = std::move(kind);
  shape.prototype = &Resource::default_instance();
  const auto& full_name = Resource::descriptor()->full_name();
  shape.table = tables.Find(full_name);
  // The collections that other records refer to.
  return std::make_unique<Rules>(std::move(shape),
                                 std::vector<std::string>{kPublicationCollection, kPublicationFileCollection});
}

}  // namespace

EventsRules::EventsRules(const wire::Tables& tables)
    : event_(MakeRules<EventRules, v1::Event>(tables, kEventKind)),
      publication_(MakeRules<PublicationRules, v1::Publication>(tables, kPublicationKind)),
      publication_file_(MakeRules<PublicationFileRules, v1::PublicationFile>(tables, kPublicationFileKind)),
      all_({event_.get(), publication_.get(), publication_file_.get()}) {}

}  // namespace schutznetz::events
