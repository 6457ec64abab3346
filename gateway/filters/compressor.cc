#include "gateway/filters/compressor.h"

#include <brotli/encode.h>
#include <zlib.h>

namespace schutznetz::gateway {
namespace {

// Made anew for each answer, so speed counts: these levels cost about as much as the answer itself.
constexpr int kGzipLevel = 4;
constexpr int kBrotliQuality = 4;
constexpr int kGzipWindowBits = 15 + 16;  // 16: with a gzip header

}  // namespace

struct Compressor::Deflate {
  z_stream stream = {};
  bool ready = false;
};

Compressor::Compressor() : deflate_(std::make_unique<Deflate>()) {}

Compressor::~Compressor() {
  if (deflate_->ready) deflateEnd(&deflate_->stream);
}

bool Compressor::Gzip(std::string_view text, std::string* out) {
  z_stream& stream = deflate_->stream;
  if (!deflate_->ready) {
    constexpr int kMemory = 8;
    if (deflateInit2(&stream, kGzipLevel, Z_DEFLATED, kGzipWindowBits, kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
      return false;
    deflate_->ready = true;
  } else if (deflateReset(&stream) != Z_OK) {
    return false;
  }
  out->resize(deflateBound(&stream, static_cast<uLong>(text.size())));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out->data());
  stream.avail_out = static_cast<uInt>(out->size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return false;
  out->resize(stream.total_out);
  return true;
}

bool Compressor::Brotli(std::string_view text, std::string* out) {
  size_t size = BrotliEncoderMaxCompressedSize(text.size());
  out->resize(size);
  if (BrotliEncoderCompress(kBrotliQuality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.size(),
                            reinterpret_cast<const uint8_t*>(text.data()), &size,
                            reinterpret_cast<uint8_t*>(out->data())) == BROTLI_FALSE) {
    return false;
  }
  out->resize(size);
  return true;
}

}  // namespace schutznetz::gateway
