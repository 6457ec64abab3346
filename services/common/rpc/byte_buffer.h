// Between gRPC's byte buffers and the pieces of a reply.
#pragma once

#include <string>
#include <string_view>

#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/slice.h"
#include "services/common/rpc/wire_reply.h"

namespace schutznetz::rpc {

// Replies up to this size are copied into one slice: cheaper than counting references to the pieces.
inline constexpr size_t kCopyBytesMax = 4096;

// The reply as gRPC sends it. Larger pieces are not copied and keep their owners alive until sent.
grpc::ByteBuffer ToByteBuffer(WireReply reply);

// The bytes of a received message, held in place where gRPC has them in one piece.
class FlatBytes {
 public:
  // `buffer` must outlive it. False when gRPC cannot hand the bytes out.
  bool Read(const grpc::ByteBuffer& buffer);
  std::string_view view() const { return {reinterpret_cast<const char*>(slice_.begin()), slice_.size()}; }

 private:
  grpc::Slice slice_;
};

}  // namespace schutznetz::rpc
