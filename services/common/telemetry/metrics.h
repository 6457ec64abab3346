// Metrics: counters and histograms that cost a few nanoseconds on the hot path, shown in the Prometheus text format.
//
// Everything is registered at start, with label values from closed sets; nothing is looked up per call. Each metric is
// sharded by thread and merged only when the admin page is read.
//
//   Counter& calls = metrics.AddCounter("grpc_server_started_total", "Calls started.", {{"grpc_method", "GetLand"}});
//   calls.Add();
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace schutznetz::telemetry {

// Number of shards. Threads take one in turn; two threads that share one stay correct.
inline constexpr size_t kShards = 16;

// The shard of the calling thread.
size_t ShardOfThisThread();

// Counts up. Thread safe.
class Counter {
 public:
  void Add(uint64_t n = 1) { cells_[ShardOfThisThread()].value.fetch_add(n, std::memory_order_relaxed); }
  uint64_t Sum() const;

 private:
  struct alignas(64) Cell {
    std::atomic<uint64_t> value{0};
  };
  std::array<Cell, kShards> cells_;
};

// Counts durations (or sizes) in fixed buckets. Thread safe.
class Histogram {
 public:
  static constexpr size_t kBucketsMax = 20;
  // `bounds` ascending, at most kBucketsMax - 1.
  explicit Histogram(std::vector<double> bounds);
  void Observe(double value);

  struct Totals {
    std::vector<uint64_t> counts;  // one per bound and one above, not cumulative
    double sum = 0;
  };
  Totals Sum() const;
  const std::vector<double>& bounds() const { return bounds_; }
  // 0.5 ms to 10 s, for calls.
  static std::vector<double> CallSeconds();

 private:
  struct alignas(64) Shard {
    std::array<std::atomic<uint64_t>, kBucketsMax> counts{};
    std::atomic<uint64_t> sum_millionths{0};
  };
  std::vector<double> bounds_;
  std::array<Shard, kShards> shards_;
};

using Labels = std::vector<std::pair<std::string, std::string>>;

// Owns all metrics of a process. Adding is for the start; reading the text may happen at any time from any thread.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // References stay valid as long as this object. The same name may be added with several label sets.
  Counter& AddCounter(const std::string& name, const std::string& help, Labels labels = {},
                      bool hide_while_zero = false);
  Histogram& AddHistogram(const std::string& name, const std::string& help, std::vector<double> bounds,
                          Labels labels = {});
  // `read` is called from the admin thread at each scrape; what it captures must outlive this object.
  void AddGauge(const std::string& name, const std::string& help, std::function<double()> read, Labels labels = {});
  // As AddGauge, for values that only rise and are counted elsewhere.
  void AddCounterFrom(const std::string& name, const std::string& help, std::function<double()> read,
                      Labels labels = {});

  // Prometheus text format 0.0.4.
  std::string Text() const;

 private:
  class Store;
  std::unique_ptr<Store> store_;
};

}  // namespace schutznetz::telemetry
