#include "services/events/domain/events_rules.h"

#include <string>
#include <vector>

#include "schutznetz/events/v1/event.pb.h"
#include "schutznetz/events/v1/publication.pb.h"
#include "schutznetz/events/v1/publication_file.pb.h"
#include "services/common/record/resource_shape.h"

namespace schutznetz::events {
namespace {

template <typename Rules, typename Resource>
std::unique_ptr<const Rules> MakeRules(const wire::Tables& tables, const std::string& kind) {
  // The collections that other records refer to.
  return std::make_unique<Rules>(record::ShapeOf<Resource>(tables, kind),
                                 std::vector<std::string>{kPublicationCollection, kPublicationFileCollection});
}

}  // namespace

EventsRules::EventsRules(const wire::Tables& tables)
    : event_(MakeRules<EventRules, v1::Event>(tables, kEventKind)),
      publication_(MakeRules<PublicationRules, v1::Publication>(tables, kPublicationKind)),
      publication_file_(MakeRules<PublicationFileRules, v1::PublicationFile>(tables, kPublicationFileKind)),
      all_({event_.get(), publication_.get(), publication_file_.get()}) {}

}  // namespace schutznetz::events
