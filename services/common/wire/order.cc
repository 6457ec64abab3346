#include "services/common/wire/order.h"

#include <algorithm>
#include <array>
#include <vector>

#include "services/common/wire/codec.h"

namespace schutznetz::wire {
namespace {

struct Entry {
  const Field* field;
  std::string_view raw;      // tag and value
  std::string_view payload;  // of length-delimited values
};

bool Collect(const MessageTable& table, std::string_view wire, std::vector<Entry>* entries) {
  WireReader reader(wire);
  WireValue value;
  while (!reader.done()) {
    const char* const begin = reader.position();
    if (!reader.Next(&value)) return false;
    const Field* const field = table.ByNumber(value.number);
    if (field == nullptr || !Fits(*field, value.type)) continue;
    entries->push_back({field, {begin, static_cast<size_t>(reader.position() - begin)}, value.bytes});
  }
  return true;
}

// A later member of a oneof clears an earlier one.
void DropOverwrittenMembers(std::vector<Entry>* entries) {
  std::array<const Field*, 64> winner{};
  std::array<bool, 64> closed{};
  const auto overwritten = [&](const Entry& entry) {
    if (entry.field->oneof < 0) return false;
    const size_t oneof = static_cast<size_t>(entry.field->oneof);
    if (winner[oneof] == nullptr) winner[oneof] = entry.field;
    closed[oneof] |= winner[oneof] != entry.field;
    return closed[oneof];
  };
  for (auto entry = entries->rbegin(); entry != entries->rend(); ++entry) {
    if (overwritten(*entry)) entry->field = nullptr;
  }
  std::erase_if(*entries, [](const Entry& entry) { return entry.field == nullptr; });
}

// All occurrences of one singular message as one.
void AppendMerged(std::vector<Entry>::const_iterator begin, std::vector<Entry>::const_iterator end, std::string* out) {
  size_t size = 0;
  for (auto entry = begin; entry != end; ++entry) size += entry->payload.size();
  char length[10];
  out->append(begin->field->encoded_tag());
  out->append(length, WriteVarint(size, length));
  for (auto entry = begin; entry != end; ++entry) out->append(entry->payload);
}

}  // namespace

bool IsInOrder(const MessageTable& table, std::string_view wire) {
  WireReader reader(wire);
  WireValue value;
  OrderCheck order;
  while (!reader.done()) {
    if (!reader.Next(&value)) return false;
    const Field* const field = table.ByNumber(value.number);
    if (field != nullptr && Fits(*field, value.type) && !order.Accept(*field)) return false;
  }
  return true;
}

bool PutInOrder(const MessageTable& table, std::string_view wire, std::string* out) {
  std::vector<Entry> entries;
  if (!Collect(table, wire, &entries)) return false;
  DropOverwrittenMembers(&entries);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.field->index < b.field->index; });
  for (auto begin = entries.cbegin(); begin != entries.cend();) {
    const auto end =
        std::find_if(begin, entries.cend(), [begin](const Entry& entry) { return entry.field != begin->field; });
    if (begin->field->repeated()) {
      for (auto entry = begin; entry != end; ++entry) out->append(entry->raw);
    } else if (begin->field->type == FieldType::kMessage) {
      AppendMerged(begin, end, out);
    } else {
      out->append((end - 1)->raw);
    }
    begin = end;
  }
  return true;
}

}  // namespace schutznetz::wire
