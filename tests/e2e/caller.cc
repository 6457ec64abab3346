#include "tests/e2e/caller.h"

namespace schutznetz::e2e {

const google::protobuf::ServiceDescriptor& DirectoryService() {
  // Naming the file's table links the file that describes the service; nothing else here refers to it.
  const char* file = descriptor_table_schutznetz_2fdirectory_2fv1_2fdirectory_5fservice_2eproto.filename;
  const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindFileByName(file);
  return *descriptor->FindServiceByName("DirectoryService");
}

}  // namespace schutznetz::e2e
