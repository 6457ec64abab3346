#include "gateway/http/http1_session.h"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <utility>

namespace schutznetz::gateway {
namespace {

namespace asio = boost::asio;
using Error = boost::system::error_code;

constexpr size_t kRoomBytes = 8 * 1024;          // behind the longest head: bodies are read in steps of this size
constexpr size_t kLingerBytesMax = 2 << 20;      // of a refused request, read and dropped
constexpr size_t kBodyKeptBytesMax = 64 * 1024;  // memory that a connection keeps for its next body

}  // namespace

Http1Session::Http1Session(Socket socket, const IpAddress& peer, SessionHost& host)
    : socket_(std::move(socket)),
      peer_(peer),
      host_(host),
      capacity_(host.limits.header_bytes_max + kRoomBytes),
      buffer_(new char[capacity_]),
      gate_(host.limits),
      framing_(MessageFraming::Create()) {}

void Http1Session::Enlist() {
  alive_ = this;
  Error ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  index_ = host_.sessions.size();
  host_.sessions.push_back(this);
}

void Http1Session::Start() {
  const Self self(this);
  admitted_ = true;
  Enlist();
  SetDeadline(host_.limits.idle_timeout);
  Read();
}

void Http1Session::StartRefused(Refusal refusal) {
  const Self self(this);
  ++host_.refused_lingering;
  Enlist();
  Refuse(refusal);
}

// --- Reading ---

void Http1Session::Read() {
  if (reading_ || peer_finished_ || state_ == State::kClosed || !HasRoom()) return;
  reading_ = true;
  read_at_ = end_;
  socket_.async_read_some(asio::buffer(buffer_.get() + end_, capacity_ - end_),
                          [self = Self(this)](const Error& error, size_t size) { self->OnRead(error, size); });
}

bool Http1Session::HasRoom() {
  if (state_ == State::kLinger) next_ = end_ = 0;
  return end_ < capacity_;
}

void Http1Session::OnRead(const Error& error, size_t size) {
  reading_ = false;
  if (state_ == State::kClosed) return;
  if (error) {
    peer_finished_ = true;
    return OnReadEnd();
  }
  if (read_at_ != end_) std::memmove(buffer_.get() + end_, buffer_.get() + read_at_, size);
  end_ += size;
  if (state_ == State::kLinger) {
    lingered_ += size;
    if (lingered_ > kLingerBytesMax) return Close();
  }
  if (state_ == State::kHead || state_ == State::kBody) Run();
  Read();
}

// A client that stops sending while it waits is taken as gone, as most servers do: P11 asks that nobody works for it.
void Http1Session::OnReadEnd() {
  switch (state_) {
    case State::kWriting:
      return;  // the answer may still arrive
    case State::kHandling:
    case State::kBody:
      if (in_exchange_) host_.handler.OnGone(*this);
      in_exchange_ = false;
      return Close();
    default:
      return Close();
  }
}

// --- Requests, one after the other ---

// A loop instead of recursion: answers given at once must not pile up the stack for pipelined requests.
void Http1Session::Run() {
  if (running_) return;
  running_ = true;
  bool progress = true;
  while (progress) {
    progress = state_ == State::kHead ? StepHead() : state_ == State::kBody ? StepBody() : false;
  }
  running_ = false;
  Read();
}

bool Http1Session::StepHead() {
  if (end_ == 0) return false;
  switch (gate_.Check(buffer_.get(), end_, &head_)) {
    case HeadGate::State::kIncomplete:
      if (next_ == 0) SetDeadline(host_.limits.header_timeout);  // from the first byte on, not from each
      next_ = end_;
      return false;
    case HeadGate::State::kRefused:
      Refuse(gate_.refusal());
      return true;
    case HeadGate::State::kComplete:
      break;
  }
  next_ = gate_.size();
  const auto body_max = static_cast<size_t>(host_.limits.body_bytes_max);
  const MessageFraming::State framing = framing_->Begin({buffer_.get(), next_}, head_, body_max);
  if (framing != MessageFraming::State::kDone && framing != MessageFraming::State::kBody) {
    Refuse(Refusal::kFraming);
    return true;
  }
  ++requests_;
  body_complete_ = framing == MessageFraming::State::kDone;
  state_ = State::kHandling;
  in_exchange_ = true;
  NoDeadline();
  host_.handler.OnHead(*this);
  return true;
}

void Http1Session::ReadBody() {
  if (body_complete_) return host_.handler.OnBody(*this);
  const Self self(this);
  if (head_.expects_continue && next_ == end_) SendContinue();
  state_ = State::kBody;
  SetDeadline(host_.limits.body_timeout);
  Run();
}

void Http1Session::SendContinue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  Error ignored;  // a full socket here means a client that does not read: its body will not come either
  socket_.write_some(asio::buffer(kContinue), ignored);
}

bool Http1Session::StepBody() {
  std::string_view bytes(buffer_.get() + next_, end_ - next_);
  if (bytes.empty()) return false;
  const auto growth = static_cast<int64_t>(bytes.size());
  if (!host_.connections.ReserveBody(growth)) {
    Refuse(Refusal::kBodiesFull);
    return true;
  }
  body_reserved_ += growth;
  const MessageFraming::State framing = framing_->Feed(&bytes, &body_);
  next_ = end_ - bytes.size();
  if (framing == MessageFraming::State::kBody) {  // make the room behind the head free again
    std::memmove(buffer_.get() + gate_.size(), buffer_.get() + next_, bytes.size());
    next_ = gate_.size();
    end_ = next_ + bytes.size();
    return false;
  }
  if (framing != MessageFraming::State::kDone) {
    Refuse(framing == MessageFraming::State::kTooLarge ? Refusal::kBodyTooLarge : Refusal::kFraming);
    return true;
  }
  body_complete_ = true;
  state_ = State::kHandling;
  NoDeadline();
  host_.handler.OnBody(*this);
  return true;
}

void Http1Session::Refuse(Refusal refusal) {
  host_.metrics.refused[static_cast<size_t>(refusal)]->Add();
  refusing_ = true;
  state_ = State::kHandling;
  in_exchange_ = true;
  NoDeadline();
  host_.handler.OnRefused(*this, refusal);
}

// --- Answers ---

bool Http1Session::LastAnswer(const Response& response) const {
  return response.close || refusing_ || !body_complete_ || head_.close || peer_finished_ || host_.draining ||
         requests_ >= host_.limits.requests_per_connection_max;
}

void Http1Session::Respond(Response& response) {
  const Self self(this);
  in_exchange_ = false;
  const bool close = LastAnswer(response);
  host_.head_text.clear();
  AppendResponseHead(response, host_.date.Now(), close, &host_.head_text);
  const bool with_body = response.has_body() && !response.head_only;
  const size_t total = host_.head_text.size() + (with_body ? response.body.size() : 0);
  const size_t written = WriteNow(response, host_.head_text);
  if (state_ == State::kClosed) return;
  if (written == total) return FinishAnswer(close);
  std::string rest = host_.head_text.substr(std::min(written, host_.head_text.size()));
  if (with_body) rest.append(response.body, written - std::min(written, host_.head_text.size()));
  WriteRest(std::move(rest), close);
}

// Straight into the socket: nearly every answer fits. Returns the bytes taken.
size_t Http1Session::WriteNow(const Response& response, std::string_view head_text) {
  const bool with_body = response.has_body() && !response.head_only;
  const std::array<asio::const_buffer, 2> pieces = {asio::buffer(head_text),
                                                    with_body ? asio::buffer(response.body) : asio::const_buffer()};
  Error error;
  const size_t written = socket_.write_some(pieces, error);
  if (error && error != asio::error::would_block) Close();
  return written;
}

void Http1Session::WriteRest(std::string rest, bool close) {
  rest_ = std::move(rest);
  state_ = State::kWriting;
  SetDeadline(host_.limits.write_timeout);
  asio::async_write(socket_, asio::buffer(rest_), [self = Self(this), close](const Error& error, size_t) {
    if (self->state_ != State::kWriting) return;
    std::string().swap(self->rest_);
    if (error) return self->Close();
    self->FinishAnswer(close);
  });
}

void Http1Session::FinishAnswer(bool close) {
  handler_state = nullptr;
  ReleaseBody();
  if (close) return Linger();
  NextRequest();
}

void Http1Session::NextRequest() {
  std::memmove(buffer_.get(), buffer_.get() + next_, end_ - next_);
  end_ -= next_;
  next_ = 0;
  gate_.Reset();
  head_.Clear();
  state_ = State::kHead;
  SetDeadline(host_.limits.idle_timeout);
  Run();
}

void Http1Session::ReleaseBody() {
  host_.connections.ReleaseBody(std::exchange(body_reserved_, 0));
  body_.clear();
  if (body_.capacity() > kBodyKeptBytesMax) std::string().swap(body_);
}

// --- The end ---

// Closing with unread bytes would reset the connection and could destroy the answer on its way: half-close, and read on
// for a while.
void Http1Session::Linger() {
  if (peer_finished_) return Close();
  Error ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  state_ = State::kLinger;
  SetDeadline(host_.limits.linger_timeout);
  Read();
}

void Http1Session::CheckDeadline(int64_t now) {
  if (now < deadline_) return;
  const Self self(this);
  switch (state_) {
    case State::kHead:
      return next_ == 0 ? Linger() : Refuse(Refusal::kHeaderTimeout);
    case State::kBody:
      return Refuse(Refusal::kBodyTimeout);
    default:
      return Close();
  }
}

void Http1Session::Drain() {
  if (state_ == State::kHead && end_ == 0) Linger();
}

void Http1Session::Stop() {
  const Self self(this);
  if (std::exchange(in_exchange_, false)) host_.handler.OnGone(*this);
  if (state_ != State::kClosed) Close();
}

void Http1Session::Close() {
  state_ = State::kClosed;
  NoDeadline();
  ReleaseBody();
  Error ignored;
  socket_.close(ignored);
  host_.sessions[index_] = host_.sessions.back();
  host_.sessions[index_]->index_ = index_;
  host_.sessions.pop_back();
  if (admitted_) {
    host_.connections.Remove(peer_);
  } else {
    --host_.refused_lingering;
  }
  alive_.reset();
}

}  // namespace schutznetz::gateway
