#include "services/common/rpc/raw_service.h"

#include <memory>

namespace schutznetz::rpc {

RawService::RawService(const MethodTable& table) {
  for (size_t i = 0; i < table.size(); ++i) {
    // The base class takes ownership.
    AddMethod(std::make_unique<grpc::internal::RpcServiceMethod>(table[i]->path.c_str(),
                                                                 grpc::internal::RpcMethod::NORMAL_RPC, nullptr)
                  .release());
    MarkMethodRaw(static_cast<int>(i));
  }
}

}  // namespace schutznetz::rpc
