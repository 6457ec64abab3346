// What follows an erasure once it is committed: its entry in the ledger file, and deleted bytes taken out of the files.
#pragma once

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/common/personal/erasure_ledger.h"
#include "services/common/storage/database.h"

namespace schutznetz::personal {

// Expect and ScrubSoon are thread safe and never block; Finish is called by one thread.
class ErasureFinisher {
 public:
  // Both must outlive it. The first Finish does everything: an erasure may have been cut off by the last end.
  ErasureFinisher(storage::Database& database, ErasureLedger& ledger) : database_(database), ledger_(ledger) {}

  // An erasure is about to be committed.
  void Expect() { expect_until_us_.store(absl::ToUnixMicros(absl::Now() + kExpected)); }
  // Something personal was deleted that needs no entry.
  void ScrubSoon() { scrub_.store(true); }

  // Writes the ledger while an erasure may come, and else every kLook; scrubs the files when something was erased since
  // the last time. Call it every second.
  absl::Status Finish();

 private:
  static constexpr absl::Duration kExpected = absl::Seconds(10);  // longer than a write may take
  static constexpr absl::Duration kLook = absl::Minutes(10);
  static constexpr absl::Duration kScrubTime = absl::Minutes(1);

  storage::Database& database_;
  ErasureLedger& ledger_;
  std::atomic<int64_t> expect_until_us_{0};
  std::atomic<bool> scrub_{true};
  absl::Time next_look_ = absl::InfinitePast();
};

}  // namespace schutznetz::personal
