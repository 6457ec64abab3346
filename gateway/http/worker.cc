#include "gateway/http/worker.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gateway/http/http1_session.h"

namespace schutznetz::gateway {
namespace {

namespace asio = boost::asio;
using Error = boost::system::error_code;
using asio::ip::tcp;
using Acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                         asio::io_context::executor_type>;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr int kRefusedLingeringMax = 128;
constexpr auto kAcceptPause = std::chrono::milliseconds(50);  // after running out of descriptors

IpAddress AddressOf(const asio::ip::address& address) {
  const auto v6 = address.is_v4() ? asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()) : address.to_v6();
  return IpAddress(v6.to_bytes());
}

// Often enough for the shortest limit, seldom enough to cost nothing.
std::chrono::milliseconds SweepPeriod(const HttpLimits& limits) {
  const absl::Duration shortest = std::min(
      {limits.header_timeout, limits.body_timeout, limits.write_timeout, limits.idle_timeout, limits.linger_timeout});
  return std::chrono::milliseconds(std::clamp<int64_t>(absl::ToInt64Milliseconds(shortest) / 4, 5, 500));
}

}  // namespace

class Worker::Loop {
 public:
  Loop(const HttpLimits& limits, ConnectionLimits& connections, HttpMetrics& metrics, ExchangeHandler& handler)
      : host_{.limits = limits, .handler = handler, .connections = connections, .metrics = metrics},
        acceptor_(io_.get_executor()),
        pause_(io_.get_executor()),
        sweep_(io_.get_executor()),
        sweep_period_(SweepPeriod(limits)) {}

  absl::StatusOr<int> Listen(const std::string& address, int port);
  void Start() {
    Accept();
    Sweep();
    thread_ = std::thread([this] { io_.run(); });
  }
  void Post(std::function<void()> task) { asio::post(io_, std::move(task)); }
  void Drain();
  void Stop();

 private:
  void Accept();
  void OnConnection(Socket socket);
  void Sweep();
  void CloseAll();

  asio::io_context io_{1};
  SessionHost host_;
  Acceptor acceptor_;
  Timer pause_;
  Timer sweep_;
  const std::chrono::milliseconds sweep_period_;
  std::thread thread_;
};

absl::StatusOr<int> Worker::Loop::Listen(const std::string& address, int port) {
  Error error;
  const asio::ip::address numeric = asio::ip::make_address(address, error);
  if (error) return absl::InvalidArgumentError(absl::StrCat("\"", address, "\" is not a numeric address"));
  const tcp::endpoint endpoint(numeric, static_cast<uint16_t>(port));
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
  if (!error) acceptor_.set_option(ReusePort(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(Acceptor::max_listen_connections, error);
  if (error)
    return absl::UnavailableError(absl::StrCat("cannot listen on ", address, ":", port, ": ", error.message()));
  return acceptor_.local_endpoint().port();
}

void Worker::Loop::Accept() {
  acceptor_.async_accept([this](const Error& error, Socket socket) {
    if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
    if (!error) {
      OnConnection(std::move(socket));
      return Accept();
    }
    // Usually: no descriptor is free. Waiting keeps this from becoming a busy loop.
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](const Error& cancelled) {
      if (!cancelled) Accept();
    });
  });
}

void Worker::Loop::OnConnection(Socket socket) {
  Error error;
  const tcp::endpoint remote = socket.remote_endpoint(error);
  if (error) return;  // gone already
  const IpAddress peer = AddressOf(remote.address());
  const ConnectionLimits::Verdict verdict = host_.connections.Admit(peer);
  host_.metrics.connections->Add();
  if (verdict != ConnectionLimits::Verdict::kAdmitted && host_.refused_lingering >= kRefusedLingeringMax) return;
  const boost::intrusive_ptr<Http1Session> session(new Http1Session(std::move(socket), peer, host_));
  switch (verdict) {
    case ConnectionLimits::Verdict::kAdmitted:
      return session->Start();
    case ConnectionLimits::Verdict::kTooMany:
      return session->StartRefused(Refusal::kConnections);
    case ConnectionLimits::Verdict::kTooManyFromAddress:
      return session->StartRefused(Refusal::kConnectionsPerIp);
  }
}

void Worker::Loop::Sweep() {
  sweep_.expires_after(sweep_period_);
  sweep_.async_wait([this](const Error& error) {
    if (error) return;
    const int64_t now = CoarseNow();
    for (size_t i = 0; i < host_.sessions.size();) {
      Http1Session* const session = host_.sessions[i];
      session->CheckDeadline(now);  // may remove it: then another one stands in its place
      if (i < host_.sessions.size() && host_.sessions[i] == session) ++i;
    }
    Sweep();
  });
}

void Worker::Loop::Drain() {
  Post([this] {
    Error ignored;
    acceptor_.close(ignored);
    host_.draining = true;
    const std::vector<Http1Session*> sessions = host_.sessions;
    for (Http1Session* session : sessions) session->Drain();
  });
}

void Worker::Loop::CloseAll() {
  Error ignored;
  acceptor_.close(ignored);
  while (!host_.sessions.empty()) host_.sessions.back()->Stop();
}

void Worker::Loop::Stop() {
  if (!thread_.joinable()) return;
  Post([this] {
    CloseAll();
    io_.stop();
  });
  thread_.join();
}

Worker::Worker(const HttpLimits& limits, ConnectionLimits& connections, HttpMetrics& metrics, ExchangeHandler& handler)
    : loop_(std::make_unique<Loop>(limits, connections, metrics, handler)) {}
Worker::~Worker() { Stop(); }
absl::StatusOr<int> Worker::Listen(const std::string& address, int port) { return loop_->Listen(address, port); }
void Worker::Start() { loop_->Start(); }
void Worker::Post(std::function<void()> task) { loop_->Post(std::move(task)); }
void Worker::Drain() { loop_->Drain(); }
void Worker::Stop() { loop_->Stop(); }

}  // namespace schutznetz::gateway
