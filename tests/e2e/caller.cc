#include "tests/e2e/caller.h"

#include "schutznetz/events/v1/events_service.pb.h"
#include "schutznetz/exchange/v1/exchange_service.pb.h"

namespace schutznetz::e2e {
namespace {

// Naming the file's table links the file that describes the service; nothing else here refers to it.
const google::protobuf::ServiceDescriptor& ServiceOf(const char* file, const char* name) {
  return *google::protobuf::DescriptorPool::generated_pool()->FindFileByName(file)->FindServiceByName(name);
}

}  // namespace

const google::protobuf::ServiceDescriptor& DirectoryService() {
  return ServiceOf(descriptor_table_schutznetz_2fdirectory_2fv1_2fdirectory_5fservice_2eproto.filename,
                   "DirectoryService");
}

const google::protobuf::ServiceDescriptor& EventsService() {
  return ServiceOf(descriptor_table_schutznetz_2fevents_2fv1_2fevents_5fservice_2eproto.filename, "EventsService");
}

const google::protobuf::ServiceDescriptor& ExchangeService() {
  return ServiceOf(descriptor_table_schutznetz_2fexchange_2fv1_2fexchange_5fservice_2eproto.filename,
                   "ExchangeService");
}

}  // namespace schutznetz::e2e
