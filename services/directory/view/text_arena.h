// Keeps short texts for as long as anybody holds the arena. Texts are never moved or dropped.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace schutznetz::directory {

// One thread adds; views given out before may be read by any thread that got them in a safe way.
class TextArena {
 public:
  std::string_view Keep(std::string_view text) {
    if (text.size() > left_) {
      left_ = text.size() > kBlock ? text.size() : kBlock;
      blocks_.push_back(std::make_unique<char[]>(left_));
      next_ = blocks_.back().get();
    }
    std::memcpy(next_, text.data(), text.size());
    const std::string_view kept(next_, text.size());
    next_ += text.size();
    left_ -= text.size();
    return kept;
  }

 private:
  static constexpr size_t kBlock = 64 << 10;

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
};

}  // namespace schutznetz::directory
