// Finds and locates tampering with an audit log. Works offline: on the lines of the log, checkpoints from outside the
// system, and the public keys of the servers.
//
//   Verifier verifier(public_keys);
//   for (line of the log sink) verifier.AddCheckpoint(FindCheckpoint(line));
//   for (line of the export) verifier.AddLine(line);
//   const Report report = verifier.Finish();
//
// What it can tell: every edit, deletion, swap and insertion by the chain itself; a cut tail, and a chain that was
// worked out anew from some entry on, by the checkpoints. Entries after the newest checkpoint are covered by the chain
// only, at most ten minutes or a thousand entries.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "services/common/audit/checkpoint.h"
#include "services/common/audit/entry.h"

namespace schutznetz::audit {

enum class Tampering {
  kMalformed,      // a line is no entry
  kEdited,         // an entry is not what the next one, or a checkpoint, says of it
  kMissing,        // entries are not there
  kReordered,      // an entry stands behind a later one
  kInserted,       // an entry stands where another one is or belongs to another log
  kStartMissing,   // entries before the first line are gone and no fitting checkpoint closes them
  kTailMissing,    // a checkpoint covers entries that are not there
  kRewritten,      // the chain is whole, but not the one that checkpoints saw
  kForked,         // two signed checkpoints contradict each other: the log was set back, or signed twice
  kBadCheckpoint,  // malformed or signed by none of the keys
};
std::string_view NameOf(Tampering tampering);  // "edited"

// One finding: entries first … last of the log (equal for one; 0 where it concerns a checkpoint alone).
struct Finding {
  Tampering tampering = Tampering::kMalformed;
  int64_t first = 0;
  int64_t last = 0;
  std::string text;  // a sentence
};

struct Report {
  std::string log;
  int64_t entries = 0;  // lines read
  int64_t first = 0;    // sequence of the first and last entry
  int64_t last = 0;
  int64_t checkpoints = 0;  // signed ones of this log
  int64_t covered = 0;      // entries up to here agree with a checkpoint
  std::vector<Finding> findings;

  bool ok() const { return findings.empty(); }
};

// Not thread safe. Memory grows with the checkpoints only.
class Verifier {
 public:
  // `kept`: how long entries must be there at least; older ones may have been dropped under a checkpoint.
  explicit Verifier(std::vector<std::string> public_keys, absl::Duration kept = absl::Hours(24 * 730));

  // All checkpoints before the first line. Empty texts are ignored; the same one may come many times.
  void AddCheckpoint(std::string_view text);
  void AddLine(std::string_view line);
  Report Finish();

 private:
  // Which log this is, and what its first line must follow.
  void Begin(const Entry& first);
  void ChooseCheckpoints();
  void Follow(const Entry& entry, const std::string& hash);
  // An entry that should have come before: was it missed, or does it stand twice?
  void TakeLate(int64_t sequence);
  void Compare(int64_t sequence, const std::string& hash);
  void Add(Tampering tampering, int64_t first, int64_t last, std::string text);

  const std::vector<std::string> public_keys_;
  const absl::Duration kept_;
  std::vector<Checkpoint> signed_;          // of all logs, as they came
  std::map<int64_t, Checkpoint> by_count_;  // of this log
  std::map<int64_t, int64_t> gaps_;         // first to last of what was not there
  Report report_;
  int64_t expected_ = 0;  // sequence of the next entry; 0: no line yet
  std::string previous_;  // hash of the line before; empty where it is not known
  bool rewritten_ = false;
};

}  // namespace schutznetz::audit
