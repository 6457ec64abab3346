// The way a finished message takes out of the house.
#pragma once

#include <string>
#include <string_view>

namespace schutznetz::mail {

// How an attempt ended.
struct Delivery {
  enum Outcome {
    kDelivered,   // somebody else is responsible for it now
    kRefused,     // never: this recipient or this message is not taken
    kDeferred,    // not now: this recipient or this message may be taken later
    kServerAway,  // no fault of this mail: no connection, no sign-in, no answer; others would fare the same
  };
  Outcome outcome = kServerAway;
  int reply_code = 0;     // of SMTP, 0 without one
  std::string_view step;  // the command it was the answer to ("RCPT"), or what failed ("connection"); static text
};

// Used by one thread at a time; Stop by any.
class Transport {
 public:
  virtual ~Transport() = default;
  // Hands a message over to `to`. Blocks, at most half a minute. Both addresses are rpc::IsEmail.
  virtual Delivery Send(std::string_view from, std::string_view to, std::string_view message) = 0;
  // Ends a running Send soon, and every later one at once, with kServerAway.
  virtual void Stop() {}
};

}  // namespace schutznetz::mail
