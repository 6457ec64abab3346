// The transcoder of the test service.
#pragma once

#include <memory>

#include "gateway/transcoding/testdata/transcoding_test.pb.h"
#include "gateway/transcoding/transcoder.h"
#include "google/protobuf/descriptor.h"

namespace schutznetz::gateway {

inline std::unique_ptr<const Transcoder> LibraryTranscoder() {
  const auto* const file = transcoding::test::Book::descriptor()->file();
  const google::protobuf::ServiceDescriptor* const services[] = {file->FindServiceByName("Library")};
  return *Transcoder::Build(services);
}

}  // namespace schutznetz::gateway
