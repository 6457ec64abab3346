#include "services/common/wire/buffer.h"

namespace schutznetz::wire {

void Buffer::Grow(size_t size) {
  const size_t used = offset();
  out_->resize(std::max(used + size, out_->size() * 2));
  at_ = out_->data() + used;
  end_ = out_->data() + out_->size();
}

void EndLength(Buffer& buffer, size_t begin) {
  const size_t size = buffer.offset() - begin;
  const int extra = VarintSize(size) - 1;
  if (extra > 0) {
    buffer.Ensure(static_cast<size_t>(extra));
    std::memmove(buffer.pointer(begin + extra), buffer.pointer(begin), size);
    buffer.set_at(buffer.at() + extra);
  }
  WriteVarint(size, buffer.pointer(begin - 1));
}

}  // namespace schutznetz::wire
