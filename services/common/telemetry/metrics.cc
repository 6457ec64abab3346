#include "services/common/telemetry/metrics.h"

#include <prometheus/collectable.h>
#include <prometheus/text_serializer.h>

#include <deque>
#include <limits>
#include <mutex>

namespace schutznetz::telemetry {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric WithLabels(const Labels& labels) {
  ClientMetric metric;
  for (const auto& [name, value] : labels) metric.label.push_back({name, value});
  return metric;
}

void FillHistogram(const Histogram& histogram, ClientMetric* metric) {
  const Histogram::Totals totals = histogram.Sum();
  uint64_t cumulative = 0;
  for (size_t i = 0; i < totals.counts.size(); ++i) {
    cumulative += totals.counts[i];
    ClientMetric::Bucket bucket;
    bucket.cumulative_count = cumulative;
    bucket.upper_bound =
        i < histogram.bounds().size() ? histogram.bounds()[i] : std::numeric_limits<double>::infinity();
    metric->histogram.bucket.push_back(bucket);
  }
  metric->histogram.sample_count = cumulative;
  metric->histogram.sample_sum = totals.sum;
}

}  // namespace

size_t ShardOfThisThread() {
  static std::atomic<size_t> next{0};
  thread_local const size_t shard = next.fetch_add(1, std::memory_order_relaxed) % kShards;
  return shard;
}

uint64_t Counter::Sum() const {
  uint64_t sum = 0;
  for (const Cell& cell : cells_) sum += cell.value.load(std::memory_order_relaxed);
  return sum;
}

Histogram::Histogram(std::vector<double> bounds) : bounds_(std::move(bounds)) {
  if (bounds_.size() >= kBucketsMax) bounds_.resize(kBucketsMax - 1);
}

void Histogram::Observe(double value) {
  size_t bucket = 0;
  while (bucket < bounds_.size() && value > bounds_[bucket]) ++bucket;
  Shard& shard = shards_[ShardOfThisThread()];
  shard.counts[bucket].fetch_add(1, std::memory_order_relaxed);
  shard.sum_millionths.fetch_add(static_cast<uint64_t>(value * 1e6), std::memory_order_relaxed);
}

Histogram::Totals Histogram::Sum() const {
  Totals totals;
  totals.counts.resize(bounds_.size() + 1);
  for (const Shard& shard : shards_) {
    for (size_t i = 0; i < totals.counts.size(); ++i)
      totals.counts[i] += shard.counts[i].load(std::memory_order_relaxed);
    totals.sum += static_cast<double>(shard.sum_millionths.load(std::memory_order_relaxed)) / 1e6;
  }
  return totals;
}

std::vector<double> Histogram::CallSeconds() {
  return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

// Holds the metrics grouped by name, in order of registration, and hands them to the serializer.
class Metrics::Store final : public prometheus::Collectable {
 public:
  struct Entry {
    Labels labels;
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Histogram> histogram;
    std::function<double()> read;
    bool hide_while_zero = false;
  };
  struct Family {
    std::string name;
    std::string help;
    MetricType type;
    std::deque<Entry> entries;  // references into it stay valid
  };

  Entry& Add(const std::string& name, const std::string& help, MetricType type, Labels labels) {
    std::lock_guard lock(mutex_);
    Family* family = nullptr;
    for (Family& known : families_) {
      if (known.name == name) family = &known;
    }
    if (family == nullptr) family = &families_.emplace_back(Family{name, help, type, {}});
    Entry& entry = family->entries.emplace_back();
    entry.labels = std::move(labels);
    return entry;
  }

  std::vector<MetricFamily> Collect() const override {
    std::lock_guard lock(mutex_);
    std::vector<MetricFamily> collected;
    for (const Family& family : families_) {
      MetricFamily out;
      out.name = family.name;
      out.help = family.help;
      out.type = family.type;
      for (const Entry& entry : family.entries) CollectEntry(entry, &out);
      if (!out.metric.empty()) collected.push_back(std::move(out));
    }
    return collected;
  }

 private:
  static void CollectEntry(const Entry& entry, MetricFamily* out) {
    ClientMetric metric = WithLabels(entry.labels);
    if (entry.histogram != nullptr) {
      FillHistogram(*entry.histogram, &metric);
    } else {
      const double value = entry.counter != nullptr ? static_cast<double>(entry.counter->Sum()) : entry.read();
      if (entry.hide_while_zero && value == 0) return;
      (out->type == MetricType::Gauge ? metric.gauge.value : metric.counter.value) = value;
    }
    out->metric.push_back(std::move(metric));
  }

  mutable std::mutex mutex_;
  std::deque<Family> families_;
};

Metrics::Metrics() : store_(std::make_unique<Store>()) {}
Metrics::~Metrics() = default;

Counter& Metrics::AddCounter(const std::string& name, const std::string& help, Labels labels, bool hide_while_zero) {
  Store::Entry& entry = store_->Add(name, help, MetricType::Counter, std::move(labels));
  entry.counter = std::make_unique<Counter>();
  entry.hide_while_zero = hide_while_zero;
  return *entry.counter;
}

Histogram& Metrics::AddHistogram(const std::string& name, const std::string& help, std::vector<double> bounds,
                                 Labels labels) {
  Store::Entry& entry = store_->Add(name, help, MetricType::Histogram, std::move(labels));
  entry.histogram = std::make_unique<Histogram>(std::move(bounds));
  return *entry.histogram;
}

void Metrics::AddGauge(const std::string& name, const std::string& help, std::function<double()> read, Labels labels) {
  store_->Add(name, help, MetricType::Gauge, std::move(labels)).read = std::move(read);
}

void Metrics::AddCounterFrom(const std::string& name, const std::string& help, std::function<double()> read,
                             Labels labels) {
  store_->Add(name, help, MetricType::Counter, std::move(labels)).read = std::move(read);
}

std::string Metrics::Text() const { return prometheus::TextSerializer().Serialize(store_->Collect()); }

}  // namespace schutznetz::telemetry
