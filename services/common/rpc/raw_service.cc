#include "services/common/rpc/raw_service.h"

#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/support/server_callback.h>

#include <memory>

namespace schutznetz::rpc {

RawService::RawService(const MethodTable& table, StreamSet& streams) {
  using grpc::internal::RpcMethod;
  using StreamHandler = grpc::internal::CallbackServerStreamingHandler<grpc::ByteBuffer, grpc::ByteBuffer>;
  for (size_t i = 0; i < table.size(); ++i) {
    const MethodEntry& entry = *table[i];
    const auto type = entry.is_stream() ? RpcMethod::SERVER_STREAMING : RpcMethod::NORMAL_RPC;
    // The base class takes ownership of methods and handlers.
    AddMethod(std::make_unique<grpc::internal::RpcServiceMethod>(entry.path.c_str(), type, nullptr).release());
    if (!entry.is_stream()) {
      MarkMethodRaw(static_cast<int>(i));
      continue;
    }
    const auto open = [&entry, &streams](grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
      return streams.Open(entry, context, request);
    };
    MarkMethodRawCallback(static_cast<int>(i), std::make_unique<StreamHandler>(open).release());
  }
}

}  // namespace schutznetz::rpc
