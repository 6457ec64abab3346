#include "services/common/record/change_tags.h"

#include <set>
#include <string_view>
#include <utility>

#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"

namespace schutznetz::record {
namespace {

constexpr size_t kTagsMax = 32;  // of storage::ChangeRecord
constexpr std::string_view kLands = "lands/";

void AddLands(const Loaded& loaded, std::set<std::string>* tags) {
  for (std::string_view land : loaded.scope.lands) {
    if (land.starts_with(kLands)) land.remove_prefix(kLands.size());
    tags->insert(loaded.rules->kind() + "/" + std::string(land));
  }
}

bool Public(const Loaded& loaded) { return loaded.own.record == common::v1::PUBLIC; }

}  // namespace

std::vector<std::string> TagsOf(const Loaded* before, const Loaded& after) {
  std::set<std::string> tags;
  AddLands(after, &tags);
  if (before != nullptr) AddLands(*before, &tags);
  if (Public(after) || (before != nullptr && Public(*before))) {
    for (const Loaded& parent : after.parents) tags.insert(parent.rules->NameOf(parent.record.key.id));
  }
  std::vector<std::string> list(tags.begin(), tags.end());
  if (list.size() > kTagsMax) list.resize(kTagsMax);
  return list;
}

absl::StatusOr<std::vector<RecordKey>> DescendantsOf(storage::ReadTransaction& tx, const RuleSet& all,
                                                     const Loaded& top, int count_max) {
  std::vector<RecordKey> found = {top.record.key};  // a queue: read from `next` on
  std::set<RecordKey> seen(found.begin(), found.end());
  for (size_t next = 0; next < found.size(); ++next) {
    const RecordKey above = found[next];
    const std::string& collection = all.OfKind(above.kind)->collection();
    for (const ResourceRules* rules : all.all()) {
      for (const ResourceRules::ReferenceField& field : rules->references()) {
        const bool concerned = field.parent || next == 0;
        if (!concerned || field.collection != collection) continue;
        ASSIGN_OR_RETURN(std::vector<RecordKey> keys,
                         Referrers(tx, above, rules->kind(), field.field->name(), count_max + 1));
        for (RecordKey& key : keys) {
          if (seen.insert(key).second) found.push_back(std::move(key));
        }
        const int64_t count = static_cast<int64_t>(found.size()) - 1;
        if (count > count_max) return errors::SizeLimit("The number of records below this one", count_max, count);
      }
    }
  }
  found.erase(found.begin());
  return found;
}

}  // namespace schutznetz::record
