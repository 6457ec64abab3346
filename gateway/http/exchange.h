// One request and its answer, whatever protocol carries them. HTTP/1.1 sessions and, beside them, HTTP/2 streams
// implement Exchange; everything above sees only this.
//
// All calls on an exchange and its handler happen on one thread, that of the worker which owns the connection.
#pragma once

#include <string_view>

#include "gateway/http/ip_address.h"
#include "gateway/http/refusal.h"
#include "gateway/http/request_head.h"
#include "gateway/http/response.h"

namespace schutznetz::gateway {

class Exchange {
 public:
  virtual ~Exchange() = default;

  virtual const RequestHead& head() const = 0;
  // The address at the other end of the connection (a proxy's, where there is one).
  virtual const IpAddress& peer() const = 0;

  // Lets the body in; `100 Continue` is sent where it is waited for. The handler's OnBody follows, perhaps before this
  // call returns. At most once.
  virtual void ReadBody() = 0;
  // The whole body, without transfer coding. From OnBody on.
  virtual std::string_view body() const = 0;

  // Answers, exactly once, and ends the exchange: it must not be touched afterwards. An answer before the body was read
  // also ends the connection. `response` may be left in any state.
  virtual void Respond(Response& response) = 0;

  // The handler's own, null at the start of each exchange.
  void* handler_state = nullptr;
};

// What is done with requests. One per worker.
class ExchangeHandler {
 public:
  virtual ~ExchangeHandler() = default;

  // A head arrived. Either exchange.Respond() or exchange.ReadBody() follows, then or later.
  virtual void OnHead(Exchange& exchange) = 0;
  // After ReadBody: the body is complete. exchange.Respond() follows, then or later.
  virtual void OnBody(Exchange& exchange) = 0;
  // The client went away, or its body broke off, after OnHead and before Respond. The exchange ends with this call.
  virtual void OnGone(Exchange& exchange) = 0;
  // The request is refused, before OnHead or (its body) after ReadBody. Must call exchange.Respond() before it returns.
  virtual void OnRefused(Exchange& exchange, Refusal refusal) = 0;
};

}  // namespace schutznetz::gateway
