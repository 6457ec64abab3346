// Where a request's body ends: Boost.Beast's parser as the second opinion on the head and the reader of the body.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/request_head.h"

namespace schutznetz::gateway {

// One per connection, used for one request after the other. Not thread safe. (An interface, so that Beast stays in one
// source file: it takes ten seconds to compile.)
class MessageFraming {
 public:
  enum class State {
    kBody,      // more bytes of the body are to come
    kDone,      // the body is complete
    kTooLarge,  // the body passed the limit
    kRefused,   // Beast does not agree with HeadGate, or the framing is broken
  };

  static std::unique_ptr<MessageFraming> Create();
  virtual ~MessageFraming() = default;

  // Begins a request. `bytes` is exactly what HeadGate accepted and `head` what it understood; both parsers must agree.
  virtual State Begin(std::string_view bytes, const RequestHead& head, size_t body_bytes_max) = 0;
  // Consumes bytes of the body from the front of `*bytes` and appends the content to `*body`. Chunk extensions and
  // trailers are refused. Stops at the end of the body.
  virtual State Feed(std::string_view* bytes, std::string* body) = 0;
};

}  // namespace schutznetz::gateway
