#include "services/common/storage/sqlite/chain_writer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::storage::sqlite {

void ChainWriter::BeginGroup() { SetBack({}); }

void ChainWriter::SetBack(End end) {
  end_ = std::move(end);
  appended_.resize(end_.writes);
}

absl::Status ChainWriter::Append(const ChainLines& lines) {
  if (lines.chain == nullptr) return absl::OkStatus();
  if (!end_.known) {
    RETURN_IF_ERROR(connection_.Query(lines.chain->read_end, {}, [&](const Row& row) {
      end_ = {.known = true, .number = row.Int(0), .hash = std::string(row.Text(1))};
      return absl::OkStatus();
    }));
  }
  if (!end_.known) return errors::Internal("A chained log was never begun.");
  for (const ChainLine& line : lines.lines) {
    const std::string text = absl::StrCat(line.before_number, ++end_.number, line.before_hash, end_.hash, line.end);
    RETURN_IF_ERROR(connection_.Execute(lines.chain->insert_line, {end_.number, text}).status());
    end_.hash = lines.chain->hash_of(text);
  }
  appended_.push_back({lines.chain, lines.lines.size()});
  end_.writes = appended_.size();
  return absl::OkStatus();
}

absl::Status ChainWriter::EndGroup() {
  if (appended_.empty()) return absl::OkStatus();
  return connection_.Execute(appended_.back().chain->move_end, {end_.number, end_.hash}).status();
}

void ChainWriter::Tell() const {
  for (const Appended& appended : appended_) {
    if (appended.chain->appended) appended.chain->appended(end_.number, appended.lines);
  }
}

}  // namespace schutznetz::storage::sqlite
