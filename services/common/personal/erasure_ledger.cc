#include "services/common/personal/erasure_ledger.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <string_view>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/random_id.h"

namespace schutznetz::personal {
namespace {

constexpr int kPage = 1000;

std::string LineOf(const Erasure& erasure) {
  return absl::StrCat(erasure.id, " ", erasure.person, " ", erasure.erase_us, "\n");
}

std::optional<Erasure> Parse(const std::string& line) {
  const std::vector<std::string> parts = absl::StrSplit(line, ' ');
  Erasure erasure;
  if (parts.size() != 3 || !record::LooksRandom(parts[0]) || !absl::SimpleAtoi(parts[2], &erasure.erase_us)) {
    return std::nullopt;
  }
  erasure.id = parts[0];
  erasure.person = parts[1];
  return erasure;
}

absl::Status AppendSynced(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return errors::Internal("the erasure ledger cannot be opened");
  const bool written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  ::close(file);
  return written ? absl::OkStatus() : errors::Internal("the erasure ledger cannot be written");
}

}  // namespace

absl::StatusOr<std::vector<Erasure>> ErasureLedger::ReadFile() {
  std::vector<Erasure> list;
  std::ifstream file(path_);
  std::string line;
  while (std::getline(file, line)) {
    const bool finished = !file.eof();  // a write that was cut off has no line feed
    const std::optional<Erasure> erasure = Parse(line);
    if (erasure && finished) {
      list.push_back(*erasure);
    } else if (finished) {
      return absl::DataLossError("the erasure ledger has a line that is no entry");
    }
  }
  return list;
}

absl::StatusOr<int> ErasureLedger::Replay() {
  if (path_.empty()) return 0;
  ASSIGN_OR_RETURN(const std::vector<Erasure> entries, ReadFile());
  int returned = 0;
  for (const Erasure& erasure : entries) {
    bool was_there = false;
    RETURN_IF_ERROR(database_
                        .WriteAndWait([&](storage::Transaction& tx) -> absl::Status {
                          ASSIGN_OR_RETURN(was_there, replay_(tx, erasure));
                          return absl::OkStatus();
                        })
                        .status());
    returned += was_there ? 1 : 0;
    written_.insert(erasure.id);
  }
  RETURN_IF_ERROR(Sync().status());
  return returned;
}

absl::StatusOr<int> ErasureLedger::Sync() {
  int added = 0;
  std::string after;
  while (true) {
    std::vector<Erasure> page;
    RETURN_IF_ERROR(database_.Read([&](storage::ReadTransaction& tx) -> absl::Status {
      ASSIGN_OR_RETURN(page, Erasures(tx, after, kPage));
      return absl::OkStatus();
    }));
    std::string lines;
    for (const Erasure& erasure : page) {
      if (!written_.contains(erasure.id)) lines += LineOf(erasure);
    }
    if (!lines.empty() && !path_.empty()) RETURN_IF_ERROR(AppendSynced(path_, lines));
    for (const Erasure& erasure : page) added += written_.insert(erasure.id).second ? 1 : 0;
    if (page.size() < kPage) return added;
    after = page.back().id;
  }
}

}  // namespace schutznetz::personal
