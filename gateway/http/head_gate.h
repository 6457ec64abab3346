// The strict check of a request's head, byte by byte, before any other parser relies on it.
//
// Boost.Beast 1.81 lets requests through whose end two servers would see in different places (folded lines, several
// Hosts, `Transfer-Encoding: xchunked`, repeated lengths, absolute targets …). What is ambiguous is refused here, and
// the connection closes.
#pragma once

#include <cstddef>

#include "gateway/http/limits.h"
#include "gateway/http/refusal.h"
#include "gateway/http/request_head.h"

namespace schutznetz::gateway {

// One per connection, used for one request after the other. Not thread safe.
class HeadGate {
 public:
  enum class State { kIncomplete, kComplete, kRefused };

  explicit HeadGate(const HttpLimits& limits) : limits_(limits) {}  // `limits` must outlive this object

  // `data` holds all bytes received of this request so far (each call repeats and extends those of the call before; the
  // place may change). kComplete: `head` describes the first size() bytes, with names turned to lower case in place;
  // what follows is body or the next request. kRefused: see refusal(); `head` holds what was understood.
  State Check(char* data, size_t size, RequestHead* head);

  // After kComplete: bytes of the head, with its empty line.
  size_t size() const { return size_; }
  // After kRefused.
  Refusal refusal() const { return refusal_; }
  // Forgets the request.
  void Reset() { scanned_ = size_ = 0; }

 private:
  State FindEnd(const char* data, size_t size);
  State TooLong(const char* data, size_t size);
  bool ParseRequestLine(std::string_view line, RequestHead* head);
  bool ParseTarget(std::string_view target, RequestHead* head);
  bool ParseLine(char* line, size_t size, RequestHead* head);
  bool CheckFields(RequestHead* head);
  bool CheckFraming(RequestHead* head);
  bool Refuse(Refusal refusal) {
    refusal_ = refusal;
    return false;
  }

  const HttpLimits& limits_;
  size_t scanned_ = 0;  // bytes known to hold no end and no bad line ending
  size_t size_ = 0;
  Refusal refusal_ = Refusal::kRequestLine;
};

}  // namespace schutznetz::gateway
