#include "services/common/rpc/wire_reply.h"

namespace schutznetz::rpc {

void WireReply::AppendView(std::string_view bytes, std::shared_ptr<const void> owner) {
  if (bytes.empty()) return;
  size_ += bytes.size();
  pieces_.push_back({bytes, std::move(owner)});
}

void WireReply::Append(std::string bytes) {
  if (bytes.empty()) return;
  auto owned = std::make_shared<const std::string>(std::move(bytes));
  const std::string_view view = *owned;
  AppendView(view, std::move(owned));
}

std::string WireReply::Flatten() const {
  std::string all;
  all.reserve(size_);
  for (const Piece& piece : pieces_) all.append(piece.bytes);
  return all;
}

void WireReply::Clear() {
  pieces_.clear();
  size_ = 0;
}

}  // namespace schutznetz::rpc
