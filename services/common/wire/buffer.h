// A string that is written to by pointer: room is made in steps, so that the writers below need no check per byte.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "services/common/wire/codec.h"

namespace schutznetz::wire {

// Appends to a string. Until Finish() the string has a longer size than what was written; Abandon() takes all back.
class Buffer {
 public:
  Buffer(std::string* out, size_t expected) : out_(out), begin_(out->size()) {
    out_->resize(begin_ + std::max<size_t>(expected, 64));
    at_ = out_->data() + begin_;
    end_ = out_->data() + out_->size();
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  void Finish() { out_->resize(static_cast<size_t>(at_ - out_->data())); }
  void Abandon() { out_->resize(begin_); }

  // Makes room for `size` more bytes; pointers from before are stale afterwards.
  void Ensure(size_t size) {
    if (static_cast<size_t>(end_ - at_) < size) Grow(size);
  }
  char* at() { return at_; }
  void set_at(char* at) { at_ = at; }

  // Offsets stay valid when the string grows.
  size_t offset() const { return static_cast<size_t>(at_ - out_->data()); }
  char* pointer(size_t offset) { return out_->data() + offset; }
  void TruncateTo(size_t offset) { at_ = out_->data() + offset; }
  std::string_view Since(size_t offset) { return {out_->data() + offset, this->offset() - offset}; }

  void Put(char c) {
    Ensure(1);
    *at_++ = c;
  }
  void Put(std::string_view text) {
    if (text.empty()) return;  // memcpy takes no null, not even for nothing
    Ensure(text.size());
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void PutVarint(uint64_t value) {
    Ensure(10);
    at_ = WriteVarint(value, at_);
  }
  template <typename T>
  void PutFixed(T value) {
    Ensure(sizeof(T));
    std::memcpy(at_, &value, sizeof(T));
    at_ += sizeof(T);
  }

 private:
  void Grow(size_t size);

  std::string* out_;
  size_t begin_;
  char* at_;
  char* end_;
};

// Leaves one byte for a length; most messages are shorter than 128 bytes. EndLength fixes it up and moves the content
// when it is not.
inline size_t BeginLength(Buffer& buffer) {
  buffer.Put('\0');
  return buffer.offset();
}
void EndLength(Buffer& buffer, size_t begin);

}  // namespace schutznetz::wire
