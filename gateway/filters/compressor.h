// Content codings of answers.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace schutznetz::gateway {

// Keeps the state of zlib between answers. One per worker, not thread safe.
class Compressor {
 public:
  Compressor();
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  // Replaces `*out` by the coded `text`. False, with `*out` undefined, when that failed: send the text as it is.
  bool Gzip(std::string_view text, std::string* out);
  bool Brotli(std::string_view text, std::string* out);

 private:
  struct Deflate;
  std::unique_ptr<Deflate> deflate_;
};

}  // namespace schutznetz::gateway
