#include "services/common/rpc/byte_buffer.h"

#include <grpc/slice.h>

#include <cstring>
#include <memory>
#include <utility>
#include <vector>

namespace schutznetz::rpc {
namespace {

using Owner = std::shared_ptr<const void>;

grpc::Slice CopyOf(const WireReply& reply) {
  grpc_slice slice = grpc_slice_malloc(reply.size());
  uint8_t* out = GRPC_SLICE_START_PTR(slice);
  for (const WireReply::Piece& piece : reply.pieces()) {
    std::memcpy(out, piece.bytes.data(), piece.bytes.size());
    out += piece.bytes.size();
  }
  return {slice, grpc::Slice::STEAL_REF};
}

grpc::Slice SharedSlice(const WireReply::Piece& piece) {
  // gRPC only reads; its interface predates const.
  auto* bytes = const_cast<char*>(piece.bytes.data());
  auto owner = std::make_unique<Owner>(piece.owner);
  return {bytes, piece.bytes.size(), [](void* data) { delete static_cast<Owner*>(data); }, owner.release()};
}

}  // namespace

grpc::ByteBuffer ToByteBuffer(WireReply reply) {
  if (reply.size() <= kCopyBytesMax) {
    const grpc::Slice slice = CopyOf(reply);
    return {&slice, 1};
  }
  std::vector<grpc::Slice> slices;
  slices.reserve(reply.pieces().size());
  for (const WireReply::Piece& piece : reply.pieces()) slices.push_back(SharedSlice(piece));
  return {slices.data(), slices.size()};
}

bool FlatBytes::Read(const grpc::ByteBuffer& buffer) {
  if (!buffer.Valid()) return false;
  if (buffer.TrySingleSlice(&slice_).ok()) return true;
  return buffer.DumpToSingleSlice(&slice_).ok();
}

}  // namespace schutznetz::rpc
