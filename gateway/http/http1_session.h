// One HTTP/1.1 connection: reads requests one after the other, hands each to the handler, writes the answers in order.
//
// One read is always under way, also while a request is being handled, so that a client which goes away is noticed;
// what it reads then is the next request, bounded by the connection's buffer (no reading beyond that: back-pressure).
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "gateway/http/exchange.h"
#include "gateway/http/head_gate.h"
#include "gateway/http/message_framing.h"
#include "gateway/http/session_host.h"

namespace schutznetz::gateway {

using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

// Owns itself until it is closed, so whoever owns the worker must Stop() all of its sessions. Not thread safe.
class Http1Session final : public Exchange {
 public:
  // `host` must outlive the session.
  Http1Session(Socket socket, const IpAddress& peer, SessionHost& host);

  // For a connection that was admitted by host.connections.
  void Start();
  // For one that was not: answers and closes.
  void StartRefused(Refusal refusal);
  // Closes it when its time is over.
  void CheckDeadline(int64_t now);
  // Closes it when it is idle; otherwise its next answer is the last.
  void Drain();
  // Closes it at once.
  void Stop();

  const RequestHead& head() const override { return head_; }
  const IpAddress& peer() const override { return peer_; }
  void ReadBody() override;
  std::string_view body() const override { return body_; }
  void Respond(Response& response) override;

 private:
  enum class State { kHead, kBody, kHandling, kWriting, kLinger, kClosed };
  using Self = boost::intrusive_ptr<Http1Session>;
  friend void intrusive_ptr_add_ref(Http1Session* session) { ++session->references_; }
  friend void intrusive_ptr_release(Http1Session* session) {
    if (--session->references_ == 0) delete session;
  }

  void Enlist();
  void Read();
  bool HasRoom();
  void OnRead(const boost::system::error_code& error, size_t size);
  void OnReadEnd();
  void Run();
  bool StepHead();
  bool StepBody();
  void Refuse(Refusal refusal);
  void SendContinue();
  bool LastAnswer(const Response& response) const;
  size_t WriteNow(const Response& response, std::string_view head_text);
  void WriteRest(std::string rest, bool close);
  void FinishAnswer(bool close);
  void NextRequest();
  void ReleaseBody();
  void Linger();
  void Close();
  void SetDeadline(absl::Duration from_now) { deadline_ = CoarseNow() + absl::ToInt64Milliseconds(from_now); }
  void NoDeadline() { deadline_ = INT64_MAX; }

  Socket socket_;
  const IpAddress peer_;
  SessionHost& host_;
  int references_ = 0;
  Self alive_;        // this, until closed
  size_t index_ = 0;  // in host_.sessions
  State state_ = State::kHead;
  bool admitted_ = false;
  bool reading_ = false;        // a read is under way
  bool running_ = false;        // Run is on the stack
  bool in_exchange_ = false;    // the handler knows of this request
  bool refusing_ = false;       // the answer under way is a refusal
  bool body_complete_ = false;  // of the current request
  bool peer_finished_ = false;  // nothing more will come
  int requests_ = 0;
  int64_t deadline_ = INT64_MAX;
  size_t lingered_ = 0;

  // Large enough for the longest head and a piece of what follows; pages that are never used cost nothing.
  // [0, head_size) is the current head, [next_, end_) is not looked at yet.
  const size_t capacity_;
  const std::unique_ptr<char[]> buffer_;
  size_t next_ = 0;
  size_t end_ = 0;
  size_t read_at_ = 0;  // where the read under way puts its bytes; end_ may have moved to the front since
  HeadGate gate_;
  RequestHead head_;
  const std::unique_ptr<MessageFraming> framing_;
  std::string body_;
  int64_t body_reserved_ = 0;
  std::string rest_;  // of an answer that the socket did not take at once
};

}  // namespace schutznetz::gateway
