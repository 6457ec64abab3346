// Registers methods found by descriptor with gRPC, as raw ones: bytes in, bytes out, no generated service code. Unary
// methods run on own completion queues, streams on the callback interface.
#pragma once

#include <string>
#include <vector>

#include "grpcpp/completion_queue.h"
#include "grpcpp/impl/service_type.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/async_unary_call.h"
#include "grpcpp/support/byte_buffer.h"
#include "services/common/rpc/method_table.h"
#include "services/common/rpc/stream_call.h"

namespace schutznetz::rpc {

using RawResponder = grpc::ServerAsyncResponseWriter<grpc::ByteBuffer>;

// gRPC keeps pointers to the paths of `table`, which must outlive the server.
class RawService final : public grpc::Service {
 public:
  // `streams` opens the streams of `table`; both must outlive it.
  RawService(const MethodTable& table, StreamSet& streams);

  // Asks for the next call of method `index`; `tag` comes out of `queue` when there is one, or with false at shutdown.
  void Request(int index, grpc::ServerContext* context, grpc::ByteBuffer* request, RawResponder* responder,
               grpc::ServerCompletionQueue* queue, void* tag) {
    RequestAsyncUnary(index, context, request, responder, queue, queue, tag);
  }
};

}  // namespace schutznetz::rpc
