// One record while a standard method changes it: finding, judging and storing. Internal to record/.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "services/common/record/load.h"
#include "services/common/record/standard_methods.h"

namespace schutznetz::record {

// Whether a protection may be lowered: two people have agreed, or one has not asked another.
enum class Lowering { kRefused, kAgreed };

// Lives for one call, inside its transaction.
class WriteStep {
 public:
  WriteStep(storage::Transaction& tx, const Author& author, const RuleSet& all, const ResourceRules& rules,
            Lowering lowering = Lowering::kRefused)
      : tx_(tx), author_(author), all_(all), rules_(rules), lowering_(lowering) {}

  // Locks the record of this name. NOT_FOUND: absent or hidden; PERMISSION_DENIED: known, but not the caller's to
  // change.
  absl::StatusOr<Loaded> FindForChange(std::string_view name) const;

  // Compares with the etag the caller would read now.
  absl::Status CheckEtag(const Loaded& loaded, std::string_view etag) const;

  // Judges what is to be stored: rules, references, rights. `record` holds key and times, its body is filled in.
  // `before` is null at creation. References that `before` has already are not looked up again unless it is deleted.
  absl::StatusOr<Loaded> Judge(Record record, std::unique_ptr<google::protobuf::Message> resource, const Loaded* before,
                               std::string_view prefix) const;

  // Whether something that the record states is less protected afterwards, whatever its parents add.
  absl::StatusOr<bool> Lowers(const Loaded& before, const Loaded& after) const;

  // Names of records that the author may not know stay in the fields of a changed resource: nobody overwrites what they
  // cannot see.
  absl::Status KeepHiddenReferences(const Loaded& before, google::protobuf::Message* changed) const;

  // The four kinds of ends. Each writes the rows, what follows from them and the change rows, and presents the result.
  absl::StatusOr<Presented> StoreNew(Loaded after) const;
  absl::StatusOr<Presented> StoreChanged(const Loaded& before, Loaded after) const;
  absl::StatusOr<Presented> StoreDeleted(Loaded loaded) const;
  absl::StatusOr<Presented> StoreUndeleted(const Loaded& before, Loaded after) const;

  // As the caller sees it now.
  absl::StatusOr<Presented> Show(const Loaded& loaded) const;

  int64_t now_us() const { return absl::ToUnixMicros(tx_.now()); }

 private:
  struct Missing {
    std::string field;
    std::string name;
  };

  absl::Status ResolveReferences(Loaded& after, const Loaded* before, std::vector<Missing>* missing) const;
  absl::StatusOr<bool> MayReferTo(const ResourceRules& target_rules, const RecordKey& key, Loaded* parent) const;
  // Names in `loaded`, outside of its parents, that `caller` may not know.
  absl::StatusOr<std::set<std::string>> HiddenReferences(const Loaded& loaded, const access::Caller& caller) const;
  absl::StatusOr<bool> MayKnowOf(const ResourceRules& rules, const std::string& name,
                                 const access::Caller& caller) const;
  // The record without those names.
  absl::StatusOr<Record> WithoutHidden(const Loaded& loaded, const access::Caller& caller) const;

  absl::Status AddSideRows(const Loaded& after) const;
  absl::Status ReplaceSideRows(const Loaded& after) const;
  absl::Status TouchTimes(const Loaded& before, Loaded& after) const;
  absl::StatusOr<std::string> PublicFactsOf(const Loaded& loaded) const;
  void AppendChange(const Loaded* before, const Loaded& after, storage::ChangeOperation operation) const;
  absl::Status AppendDescendants(const Loaded& top, storage::ChangeOperation operation) const;

  storage::Transaction& tx_;
  const Author& author_;
  const RuleSet& all_;
  const ResourceRules& rules_;
  const Lowering lowering_;
};

}  // namespace schutznetz::record
