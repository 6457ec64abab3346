#include "services/common/audit/verifier.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace schutznetz::audit {
namespace {

constexpr std::array<std::string_view, 10> kNames = {"malformed", "edited",        "missing",      "reordered",
                                                     "inserted",  "start missing", "tail missing", "rewritten",
                                                     "forked",    "bad checkpoint"};
constexpr size_t kFindingsMax = 10'000;

// "directory" of "directory-3f…": logs of one server have it in common.
std::string_view ServerOf(std::string_view log) { return log.substr(0, log.rfind('-')); }

std::string Entries(int64_t first, int64_t last) {
  return first == last ? absl::StrCat("entry ", first) : absl::StrCat("entries ", first, " to ", last);
}

}  // namespace

std::string_view NameOf(Tampering tampering) { return kNames[static_cast<size_t>(tampering)]; }

Verifier::Verifier(std::vector<std::string> public_keys, absl::Duration kept)
    : public_keys_(std::move(public_keys)), kept_(kept) {}

void Verifier::Add(Tampering tampering, int64_t first, int64_t last, std::string text) {
  if (report_.findings.size() < kFindingsMax) report_.findings.push_back({tampering, first, last, std::move(text)});
}

void Verifier::AddCheckpoint(std::string_view text) {
  if (text.empty()) return;
  absl::StatusOr<Checkpoint> checkpoint = OpenCheckpoint(text, public_keys_);
  if (checkpoint.ok()) {
    signed_.push_back(*std::move(checkpoint));
  } else {
    Add(Tampering::kBadCheckpoint, 0, 0, std::string(checkpoint.status().message()));
  }
}

void Verifier::ChooseCheckpoints() {
  std::sort(signed_.begin(), signed_.end(), [](const Checkpoint& a, const Checkpoint& b) { return a.time < b.time; });
  int64_t highest = 0;
  bool other_log = false;
  for (const Checkpoint& checkpoint : signed_) {
    if (checkpoint.log != report_.log) {
      other_log = other_log || ServerOf(checkpoint.log) == ServerOf(report_.log);
      continue;
    }
    const auto [kept, is_new] = by_count_.emplace(checkpoint.count, checkpoint);
    if (kept->second.head != checkpoint.head || checkpoint.count < highest) {
      Add(Tampering::kForked, checkpoint.count, checkpoint.count,
          absl::StrCat("Two signed checkpoints contradict each other about what entry ", checkpoint.count,
                       " is: the log was set back or exists twice."));
    }
    highest = std::max(highest, checkpoint.count);
    report_.checkpoints += is_new ? 1 : 0;
  }
  if (other_log) {
    Add(Tampering::kRewritten, 0, 0,
        absl::StrCat("There are signed checkpoints of another log of this server: ", report_.log, " replaced it."));
  }
  signed_.clear();
}

void Verifier::Begin(const Entry& first) {
  report_.log = first.log;
  report_.first = first.sequence;
  ChooseCheckpoints();
  expected_ = first.sequence;
  if (first.sequence == 1) {
    previous_ = GenesisOf(first.log);
    return;
  }
  const auto closing = by_count_.find(first.sequence - 1);
  const absl::Time newest = by_count_.empty() ? first.time : by_count_.rbegin()->second.time;
  if (closing == by_count_.end()) {
    Add(Tampering::kStartMissing, 1, first.sequence - 1,
        absl::StrCat("The first line is entry ", first.sequence, ", and no checkpoint closes what came before."));
    return;
  }
  previous_ = closing->second.head;
  if (closing->second.time > newest - kept_) {
    Add(Tampering::kStartMissing, 1, first.sequence - 1,
        absl::StrCat("Entries up to ", first.sequence - 1, " were dropped before their time."));
  }
}

void Verifier::AddLine(std::string_view line) {
  ++report_.entries;
  const std::string hash = HashOf(line);
  const absl::StatusOr<Entry> entry = ParseLine(line);
  if (!entry.ok()) {
    Add(Tampering::kMalformed, expected_, expected_,
        absl::StrCat("Line ", report_.entries, " is not an entry; entry ", expected_, " was expected."));
    if (expected_ > 0) Compare(expected_++, hash);
    previous_ = hash;
    return;
  }
  if (report_.log.empty()) Begin(*entry);
  if (entry->log != report_.log) {
    return Add(Tampering::kInserted, entry->sequence, entry->sequence,
               absl::StrCat("Line ", report_.entries, " belongs to another log."));
  }
  if (entry->sequence < expected_) return TakeLate(entry->sequence);
  Follow(*entry, hash);
}

void Verifier::Follow(const Entry& entry, const std::string& hash) {
  if (entry.sequence > expected_) {
    gaps_[expected_] = entry.sequence - 1;
  } else if (!previous_.empty() && entry.previous != previous_) {
    const int64_t edited = std::max<int64_t>(entry.sequence - 1, 1);
    Add(Tampering::kEdited, edited, edited,
        absl::StrCat("Entry ", edited, " is not the one that entry ", entry.sequence, " was written after."));
  }
  Compare(entry.sequence, hash);
  previous_ = hash;
  expected_ = entry.sequence + 1;
  report_.last = entry.sequence;
}

void Verifier::TakeLate(int64_t sequence) {
  auto gap = gaps_.upper_bound(sequence);
  if (gap == gaps_.begin() || (--gap)->second < sequence) {
    return Add(Tampering::kInserted, sequence, sequence,
               absl::StrCat("Line ", report_.entries, " is another entry ", sequence, "."));
  }
  const auto [first, last] = *gap;
  gaps_.erase(gap);
  if (first < sequence) gaps_[first] = sequence - 1;
  if (sequence < last) gaps_[sequence + 1] = last;
  Add(Tampering::kReordered, sequence, sequence, absl::StrCat("Entry ", sequence, " stands behind a later one."));
}

void Verifier::Compare(int64_t sequence, const std::string& hash) {
  const auto found = by_count_.find(sequence);
  if (found == by_count_.end()) return;
  if (found->second.head == hash) {
    if (!rewritten_) report_.covered = sequence;
    return;
  }
  if (rewritten_) return;
  rewritten_ = true;
  Add(Tampering::kRewritten, report_.covered + 1, sequence,
      absl::StrCat("A signed checkpoint saw another entry ", sequence, ": it, or something after entry ",
                   report_.covered, ", was changed."));
}

Report Verifier::Finish() {
  if (report_.log.empty() && !signed_.empty()) {
    report_.log = signed_.front().log;
    ChooseCheckpoints();
  }
  for (const auto& [first, last] : gaps_) {
    Add(Tampering::kMissing, first, last, absl::StrCat("There is no ", Entries(first, last), "."));
  }
  const int64_t end = std::max<int64_t>(expected_ - 1, 0);
  if (!by_count_.empty() && by_count_.rbegin()->first > end) {
    Add(Tampering::kTailMissing, end + 1, by_count_.rbegin()->first,
        absl::StrCat("A signed checkpoint covers ", by_count_.rbegin()->first, " entries; the last one here is ", end,
                     "."));
  }
  std::stable_sort(report_.findings.begin(), report_.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.first < b.first; });
  return std::move(report_);
}

}  // namespace schutznetz::audit
