// A closed-loop gRPC load client: N calls outstanding over C channels, one thread.
//
// usage: bench_load ADDRESS METHOD REQUESTS [--concurrency N] [--channels C] [--seconds S | --once] [--context_keys
// FILE]
//                   [--save FILE]
// REQUESTS holds serialized request messages, each after its length (varint). They are sent in order, again and again
// for S seconds after half a second of warming up, or each once. --save writes the answers in the same form. Prints one
// JSON line.
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "services/common/access/caller_context.h"

namespace {

using Clock = std::chrono::steady_clock;
namespace access = schutznetz::access;

struct Options {
  std::string address, method, requests, context_keys, save;
  int concurrency = 64, channels = 4;
  double seconds = 3;
  bool once = false;
};

std::vector<grpc::ByteBuffer> ReadRequests(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const uint8_t*>(bytes.data()),
                                                static_cast<int>(bytes.size()));
  std::vector<grpc::ByteBuffer> requests;
  uint32_t size = 0;
  std::string request;
  while (stream.ReadVarint32(&size) && stream.ReadString(&request, static_cast<int>(size))) {
    grpc::Slice slice(request);
    requests.emplace_back(&slice, 1);
  }
  return requests;
}

class Load {
 public:
  explicit Load(const Options& options) : options_(options), requests_(ReadRequests(options.requests)) {
    if (!options.context_keys.empty()) {
      std::ifstream file(options.context_keys);
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      minter_ =
          *access::ContextMinter::Create(*access::ContextKeys::Parse(text), access::kGatewayName, "directory", clock_);
    }
    if (!options.save.empty()) saved_.open(options.save, std::ios::binary);
    for (int i = 0; i < options.channels; ++i) {
      grpc::ChannelArguments arguments;
      arguments.SetInt("schutznetz.channel", i);
      arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      arguments.SetMaxReceiveMessageSize(64 << 20);
      stubs_.push_back(std::make_unique<grpc::GenericStub>(
          grpc::CreateCustomChannel(options.address, grpc::InsecureChannelCredentials(), arguments)));
    }
  }

  int Run() {
    if (requests_.empty()) {
      std::fprintf(stderr, "no requests in %s\n", options_.requests.c_str());
      return 2;
    }
    begin_ = Clock::now() + (options_.once ? std::chrono::milliseconds(0) : std::chrono::milliseconds(500));
    end_ = begin_ + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options_.seconds));
    std::vector<Slot> slots(options_.concurrency);
    for (size_t i = 0; i < slots.size(); ++i) {
      slots[i].stub = stubs_[i % stubs_.size()].get();
      Start(slots[i]);
    }
    void* tag = nullptr;
    bool ok = false;
    while (live_ > 0 && queue_.Next(&tag, &ok)) Finished(*static_cast<Slot*>(tag));
    Report();
    return errors_ > 0 && options_.once ? 1 : 0;
  }

 private:
  struct Slot {
    std::unique_ptr<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientAsyncResponseReader<grpc::ByteBuffer>> reader;
    grpc::ByteBuffer answer;
    grpc::Status status;
    Clock::time_point begin;
    grpc::GenericStub* stub = nullptr;
  };

  bool Over() const { return options_.once ? next_ >= requests_.size() : Clock::now() >= end_; }

  void Start(Slot& slot) {
    if (Over()) return;
    slot.context = std::make_unique<grpc::ClientContext>();
    slot.context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    if (minter_ != nullptr) slot.context->AddMetadata(access::kCallerMetadata, **minter_->Mint(editor_));
    slot.begin = Clock::now();
    slot.reader = slot.stub->PrepareUnaryCall(slot.context.get(), options_.method,
                                              requests_[next_++ % requests_.size()], &queue_);
    slot.reader->StartCall();
    slot.reader->Finish(&slot.answer, &slot.status, &slot);
    ++live_;
  }

  void Finished(Slot& slot) {
    --live_;
    const auto now = Clock::now();
    if (!slot.status.ok() && errors_++ < 3) {
      std::fprintf(stderr, "%s: %s\n", options_.method.c_str(), slot.status.error_message().c_str());
    }
    if (now >= begin_ && (options_.once || now < end_)) {
      micros_.push_back(std::chrono::duration<float, std::micro>(now - slot.begin).count());
      bytes_ += slot.answer.Length();
      last_ = now;
    }
    if (!options_.save.empty()) Save(slot.answer);
    Start(slot);
  }

  void Save(const grpc::ByteBuffer& answer) {
    std::vector<grpc::Slice> slices;
    if (!answer.Dump(&slices).ok()) return;
    std::string bytes;
    for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    google::protobuf::io::OstreamOutputStream stream(&saved_);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.WriteVarint32(static_cast<uint32_t>(bytes.size()));
    out.WriteString(bytes);
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
  const std::vector<grpc::ByteBuffer> requests_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  grpc::CompletionQueue queue_;
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
  app.add_option("--save", options.save);
  app.add_flag("--once", options.once);
  CLI11_PARSE(app, argc, argv);
  return Load(options).Run();
}
