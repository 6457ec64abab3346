// A closed-loop gRPC load client: N calls outstanding over C connections, one thread.
//
// usage: bench_load ADDRESS METHOD REQUESTS [--concurrency N] [--channels C] [--seconds S | --once] [--context_keys
// FILE]
//                   [--save FILE]
// REQUESTS holds serialized request messages, each after its length (varint). They are sent in order, again and again
// for S seconds after half a second of warming up, or each once. --save writes the answers in the same form. Prints one
// JSON line.
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <poll.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "services/common/access/caller_context.h"
#include "tests/bench/grpc_connection.h"

namespace {

using Clock = std::chrono::steady_clock;
using schutznetz::bench::GrpcCall;
using schutznetz::bench::GrpcConnection;
namespace access = schutznetz::access;

struct Options {
  std::string address, method, requests, context_keys, save;
  std::string server = "directory";
  int concurrency = 64, channels = 4;
  double seconds = 3;
  bool once = false;
};

std::vector<std::string> ReadRequests(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const uint8_t*>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  std::vector<std::string> requests;
  uint32_t size = 0;
  std::string request;
  while (stream.ReadVarint32(&size) && stream.ReadString(&request, static_cast<int>(size))) requests.push_back(request);
  return requests;
}

class Load {
 public:
  explicit Load(const Options& options) : options_(options), requests_(ReadRequests(options.requests)) {
    if (!options.context_keys.empty()) {
      std::ifstream file(options.context_keys);
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      minter_ = *access::ContextMinter::Create(*access::ContextKeys::Parse(text), access::kGatewayName, options.server,
                                               clock_);
    }
    if (!options.save.empty()) saved_.open(options.save, std::ios::binary);
    for (int i = 0; i < options.channels; ++i) {
      const auto finished = [this, i](GrpcCall& call) { Finished(call, *connections_[static_cast<size_t>(i)]); };
      connections_.push_back(std::make_unique<GrpcConnection>(options.address, options.method, finished));
    }
  }

  int Run() {
    if (requests_.empty()) {
      std::fprintf(stderr, "no requests in %s\n", options_.requests.c_str());
      return 2;
    }
    begin_ = Clock::now() + (options_.once ? std::chrono::milliseconds(0) : std::chrono::milliseconds(500));
    end_ = begin_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options_.seconds));
    std::deque<GrpcCall> calls(static_cast<size_t>(options_.concurrency));
    for (size_t i = 0; i < calls.size(); ++i) Start(calls[i], *connections_[i % connections_.size()]);
    for (const auto& connection : connections_) connection->Flush();
    while (live_ > 0) TakeWhatComes();
    Report();
    return errors_ > 0 && options_.once ? 1 : 0;
  }

 private:
  bool Over() const { return options_.once ? next_ >= requests_.size() : Clock::now() >= end_; }

  void TakeWhatComes() {
    std::vector<pollfd> sockets;
    for (const auto& connection : connections_) {
      sockets.push_back({connection->fd(), static_cast<short>(POLLIN | (connection->wants_write() ? POLLOUT : 0)), 0});
    }
    poll(sockets.data(), sockets.size(), -1);
    for (size_t i = 0; i < sockets.size(); ++i) {
      if (sockets[i].revents == 0) continue;
      if ((sockets[i].revents & ~POLLOUT) != 0) connections_[i]->Read();
      connections_[i]->Flush();
    }
  }

  void Start(GrpcCall& call, GrpcConnection& connection) {
    if (Over()) return;
    call.request = requests_[next_++ % requests_.size()];
    call.caller = minter_ == nullptr ? nullptr : &Caller();
    call.begin = Clock::now();
    connection.Start(call);
    ++live_;
  }

  // Good for a minute; the connections may point to older ones.
  const std::string& Caller() {
    const auto now = Clock::now();
    if (callers_.empty() || now >= new_caller_at_) {
      callers_.push_back(absl::Base64Escape(**minter_->Mint(editor_)));
      new_caller_at_ = now + std::chrono::seconds(20);
    }
    return callers_.back();
  }

  void Finished(GrpcCall& call, GrpcConnection& connection) {
    --live_;
    const auto now = Clock::now();
    if (call.status != 0 && errors_++ < 3) {
      std::fprintf(stderr, "%s: status %d %s\n", options_.method.c_str(), call.status, call.status_message.c_str());
    }
    if (now >= begin_ && (options_.once || now < end_)) {
      micros_.push_back(std::chrono::duration<float, std::micro>(now - call.begin).count());
      bytes_ += call.answer.size();
      last_ = now;
    }
    if (!options_.save.empty()) Save(call.answer);
    Start(call, connection);
  }

  void Save(const std::string& answer) {
    google::protobuf::io::OstreamOutputStream stream(&saved_);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.WriteVarint32(static_cast<uint32_t>(answer.size()));
    out.WriteString(answer);
  }

  void Report() {
    std::sort(micros_.begin(), micros_.end());
    const auto at = [&](double share) {
      return micros_.empty() ? 0.0f : micros_[static_cast<size_t>(share * (micros_.size() - 1))];
    };
    const double seconds = std::chrono::duration<double>(last_ - begin_).count();
    std::printf(
        "{\"calls\":%zu,\"rps\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,\"errors\":%ld,"
        "\"bytes_per_call\":%.0f}\n",
        micros_.size(), static_cast<double>(micros_.size()) / std::max(seconds, 1e-9), at(0.5), at(0.99), at(0.999),
        at(1), errors_, static_cast<double>(bytes_) / std::max<size_t>(micros_.size(), 1));
  }

  // Newer than every rights version that a bench reaches.
  static access::Caller Editor() {
    access::Grants grants = {.roles = {access::Role::kEditor}};
    for (const char* land :
         {"BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"}) {
      grants.lands.push_back(std::string("lands/DE-") + land);
    }
    return access::Caller::Granted("members/bench", grants, {.id = "bench", .rights_version = 1'000'000});
  }

  const Options options_;
  const schutznetz::SystemClock clock_;
  const access::Caller editor_ = Editor();
  std::unique_ptr<access::ContextMinter> minter_;
  const std::vector<std::string> requests_;
  std::vector<std::unique_ptr<GrpcConnection>> connections_;
  std::deque<std::string> callers_;  // the last one is in use
  Clock::time_point new_caller_at_;
  Clock::time_point begin_, end_, last_;
  size_t next_ = 0;
  int live_ = 0;
  long errors_ = 0;
  size_t bytes_ = 0;
  std::vector<float> micros_;
  std::ofstream saved_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"closed-loop gRPC load client"};
  app.add_option("address", options.address)->required();
  app.add_option("method", options.method)->required();
  app.add_option("requests", options.requests)->required();
  app.add_option("--concurrency", options.concurrency);
  app.add_option("--channels", options.channels);
  app.add_option("--seconds", options.seconds);
  app.add_option("--context_keys", options.context_keys, "calls as an editor for whom the gateway's key vouches");
  app.add_option("--server", options.server, "which server the call is for: directory, events, exchange");
  app.add_option("--save", options.save);
  app.add_flag("--once", options.once);
  CLI11_PARSE(app, argc, argv);
  return Load(options).Run();
}
