// The HTTP/1.1 form of a response's head.
#pragma once

#include <string>
#include <string_view>

#include "gateway/http/response.h"

namespace schutznetz::gateway {

// Appends status line, fields, Date, Content-Length, `Connection: close` when asked, and the empty line.
void AppendResponseHead(const Response& response, std::string_view date, bool close, std::string* out);

// The value of Date, made once a second. One per worker, not thread safe.
class DateCache {
 public:
  // "Sun, 06 Nov 1994 08:49:37 GMT". Valid until the next call.
  std::string_view Now();

 private:
  int64_t second_ = -1;
  char text_[32] = {};
  size_t size_ = 0;
};

}  // namespace schutznetz::gateway
