#include "services/common/record/present.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "google/protobuf/wire_format_lite.h"
#include "schutznetz/common/v1/contact.pb.h"
#include "services/common/errors/macros.h"
#include "services/common/rpc/etag.h"
#include "services/common/wire/codec.h"

namespace schutznetz::record {
namespace {

using google::protobuf::internal::WireFormatLite;

void AppendVarint(uint64_t value, std::string* out) {
  while (value >= 0x80) {
    out->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out->push_back(static_cast<char>(value));
}

void AppendBytes(int field, std::string_view bytes, std::string* out) {
  AppendVarint(WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED), out);
  AppendVarint(bytes.size(), out);
  out->append(bytes);
}

void AppendNumber(int field, uint64_t value, std::string* out) {
  if (value == 0) return;
  AppendVarint(WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_VARINT), out);
  AppendVarint(value, out);
}

// google.protobuf.Timestamp: seconds = 1, nanos = 2.
void AppendTime(int field, int64_t us, std::string* out) {
  int64_t seconds = us / 1'000'000;
  int64_t micros = us % 1'000'000;
  if (micros < 0) {
    micros += 1'000'000;
    --seconds;
  }
  std::string time;
  AppendNumber(1, static_cast<uint64_t>(seconds), &time);
  AppendNumber(2, static_cast<uint64_t>(micros) * 1000, &time);
  AppendBytes(field, time, out);
}

using common::v1::Withheld;

void AppendWithheld(const wire::WithheldField& field, Withheld::Reason reason, std::string* out) {
  std::string withheld;
  AppendBytes(Withheld::kFieldFieldNumber, field.path, &withheld);
  AppendNumber(Withheld::kLevelFieldNumber, static_cast<uint64_t>(field.level), &withheld);
  AppendNumber(Withheld::kReasonFieldNumber, static_cast<uint64_t>(reason), &withheld);
  AppendBytes(kWithheldField, withheld, out);
}

// Body and withheld as these levels see them; false when the record is hidden.
absl::StatusOr<bool> AppendFacts(const Record& record, const wire::MessageTable& table, wire::LevelSet levels,
                                 wire::Floors floors, const wire::Floors* confirmed, std::string* out) {
  std::vector<wire::WithheldField> withheld, for_certain;
  ASSIGN_OR_RETURN(const wire::ProjectResult result, wire::Project(table, record.body, levels, floors, out, &withheld));
  if (!result.visible) return false;
  if (confirmed != nullptr && !withheld.empty()) {
    std::string ignored;
    RETURN_IF_ERROR(wire::Project(table, record.body, levels, *confirmed, &ignored, &for_certain).status());
  }
  for (const wire::WithheldField& field : withheld) {
    const bool certain =
        confirmed == nullptr || std::any_of(for_certain.begin(), for_certain.end(),
                                            [&](const auto& known) { return known.path == field.path; });
    AppendWithheld(field, certain ? Withheld::NOT_VERIFIED : Withheld::NOT_CONFIRMED, out);
  }
  return true;
}

// The bytes of each top-level field, all elements together.
std::map<uint32_t, std::string> TopLevelFields(const std::string& message) {
  std::map<uint32_t, std::string> fields;
  wire::WireReader reader(message);
  wire::WireValue value;
  for (const char* from = reader.position(); !reader.done() && reader.Next(&value); from = reader.position()) {
    fields[value.number].append(from, reader.position());
  }
  return fields;
}

// The top-level fields whose bytes are not those that everybody sees. Comparing bytes cannot forget a rule.
absl::StatusOr<std::vector<std::string>> DisclosedIn(const std::string& shown, const Record& record,
                                                     const wire::MessageTable& table, wire::Floors floors) {
  std::string to_all;
  if (!record.deleted())
    RETURN_IF_ERROR(AppendFacts(record, table, wire::LevelSet(), floors, nullptr, &to_all).status());
  const std::map<uint32_t, std::string> known = TopLevelFields(to_all);
  std::vector<std::string> disclosed;
  for (const auto& [number, bytes] : TopLevelFields(shown)) {
    const wire::Field* field = table.ByNumber(number);
    if (field == nullptr || field->number == kWithheldField) continue;
    const auto same = known.find(number);
    if (same == known.end() || same->second != bytes) disclosed.push_back(field->name);
  }
  return disclosed;
}

std::string EtagFor(const Record& record, const std::string& facts) {
  if (!record.deleted()) return rpc::EtagOf(facts);
  std::string with_deletion = facts;
  AppendTime(kDeleteTimeField, record.delete_us, &with_deletion);
  return rpc::EtagOf(with_deletion);
}

}  // namespace

absl::StatusOr<Presented> Present(const Record& record, const wire::MessageTable& table, wire::LevelSet levels,
                                  wire::Floors floors, const wire::Floors* confirmed) {
  Presented presented;
  presented.bytes.reserve(record.body.size() + 64);
  ASSIGN_OR_RETURN(presented.visible, AppendFacts(record, table, levels, floors, confirmed, &presented.bytes));
  if (!presented.visible) return Presented();
  presented.etag = EtagFor(record, presented.bytes);
  const bool public_only = levels == wire::LevelSet();
  if (!public_only) {
    ASSIGN_OR_RETURN(presented.disclosed, DisclosedIn(presented.bytes, record, table, floors));
  }
  AppendTime(kCreateTimeField, record.create_us, &presented.bytes);
  // Who does not see every level must not read from the time that something they do not see has changed.
  const bool sees_all = levels == wire::LevelSet::All();
  AppendTime(kUpdateTimeField, sees_all ? record.update_us : record.public_update_us, &presented.bytes);
  if (record.deleted()) AppendTime(kDeleteTimeField, record.delete_us, &presented.bytes);
  AppendBytes(kEtagField, presented.etag, &presented.bytes);
  return presented;
}

absl::StatusOr<std::string> PublicFacts(const Record& record, const wire::MessageTable& table, wire::Floors floors) {
  std::string facts;
  if (record.deleted()) return facts;
  ASSIGN_OR_RETURN(const bool visible, AppendFacts(record, table, wire::LevelSet(), floors, nullptr, &facts));
  if (!visible) facts.clear();
  return facts;
}

wire::Floors Stricter(const wire::Floors& a, const wire::Floors& b) {
  return {wire::Stricter(a.record, b.record), wire::Stricter(a.address, b.address)};
}

}  // namespace schutznetz::record
