// An answer as wire bytes, in pieces that need not be copied.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/message_lite.h"
#include "services/common/audit/entry.h"
#include "services/common/storage/change_record.h"

namespace schutznetz::rpc {

// The pieces, in order, are the serialized response message (protobuf messages concatenate). Move only.
class WireReply {
 public:
  struct Piece {
    std::string_view bytes;
    std::shared_ptr<const void> owner;  // keeps `bytes` alive
  };

  WireReply() = default;
  WireReply(WireReply&&) = default;
  WireReply& operator=(WireReply&&) = default;

  // Bytes that live in an immutable view: sent without a copy where that pays, alive as long as `owner`.
  void AppendView(std::string_view bytes, std::shared_ptr<const void> owner);
  void Append(std::string bytes);
  void AppendMessage(const google::protobuf::MessageLite& message) { Append(message.SerializeAsString()); }

  size_t size() const { return size_; }
  const std::vector<Piece>& pieces() const { return pieces_; }
  // All pieces as one string, for tests.
  std::string Flatten() const;
  void Clear();

  // The position the answer reflects: sent sealed as `schutznetz-position`.
  std::optional<storage::Position> position;
  // Dependency tags of a cacheable answer, sent as `schutznetz-tags`, comma separated.
  std::vector<std::string> tags;
  // What it tells beyond PUBLIC, object by object. Its entries are in the audit log before the answer leaves.
  std::vector<audit::Fact> disclosed;
  // The entries of this call were written with its effect.
  bool audited = false;
  // Until when the answer stays true if nothing changes, sent as `schutznetz-valid-until` (unix milliseconds).
  std::optional<absl::Time> valid_until;

 private:
  std::vector<Piece> pieces_;
  size_t size_ = 0;
};

}  // namespace schutznetz::rpc
