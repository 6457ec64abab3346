#include "services/common/wire/table.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "google/protobuf/descriptor.h"

namespace schutznetz::wire {
namespace {

constexpr int32_t kDenseEnumMax = 255;
constexpr uint32_t kDenseNumberMax = 1024;
constexpr int kNameListMax = 30;

// A hash for short names: length, first and last eight bytes.
uint64_t NameHash(std::string_view name) {
  uint64_t head = 0;
  uint64_t tail = 0;
  const size_t size = std::min<size_t>(name.size(), 8);
  std::memcpy(&head, name.data(), size);
  std::memcpy(&tail, name.data() + name.size() - size, size);
  uint64_t hash = (head ^ std::rotl(tail, 29) ^ name.size()) * 0x9E3779B97F4A7C15u;
  return hash ^ hash >> 32;
}

}  // namespace

EnumTable::EnumTable(const google::protobuf::EnumDescriptor& descriptor) {
  for (int i = 0; i < descriptor.value_count(); ++i) {
    const auto& value = *descriptor.value(i);
    by_name_.emplace_back(value.name(), value.number());
    if (i < kNameListMax) name_list_ += (i == 0 ? "" : ", ") + value.name();
    const std::string quoted = "\"" + value.name() + "\"";
    if (value.number() < 0 || value.number() > kDenseEnumMax) {
      sparse_.emplace_back(value.number(), quoted);
      continue;
    }
    const size_t index = static_cast<size_t>(value.number());
    if (dense_.size() <= index) dense_.resize(index + 1);
    if (dense_[index].empty()) dense_[index] = quoted;
  }
  std::sort(by_name_.begin(), by_name_.end());
  std::stable_sort(sparse_.begin(), sparse_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
}

std::string_view EnumTable::SparseName(int32_t number) const {
  const auto found = std::lower_bound(sparse_.begin(), sparse_.end(), number,
                                      [](const auto& entry, int32_t key) { return entry.first < key; });
  return found != sparse_.end() && found->first == number ? std::string_view(found->second) : std::string_view();
}

const int32_t* EnumTable::Number(std::string_view name) const {
  const auto found = std::lower_bound(by_name_.begin(), by_name_.end(), name,
                                      [](const auto& entry, std::string_view key) { return entry.first < key; });
  return found != by_name_.end() && found->first == name ? &found->second : nullptr;
}

const Field& Field::map_key() const { return message->fields()[0]; }
const Field& Field::map_value() const { return message->fields()[1]; }

void MessageTable::IndexNumbers() {
  for (const Field& field : fields_) {
    if (field.number > kDenseNumberMax) break;
    dense_.resize(field.number + 1, kNone);
    dense_[field.number] = field.index;
  }
}

const Field* MessageTable::SparseByNumber(uint32_t number) const {
  const auto found = std::lower_bound(fields_.begin(), fields_.end(), number,
                                      [](const Field& field, uint32_t key) { return field.number < key; });
  return found != fields_.end() && found->number == number ? &*found : nullptr;
}

void MessageTable::IndexNames() {
  names_.resize(std::bit_ceil(std::max<size_t>(fields_.size(), 1) * 4));
  const auto add = [this](std::string_view name, uint16_t index) {
    size_t slot = NameHash(name) & (names_.size() - 1);
    while (names_[slot].index != kNone) {
      if (names_[slot].name == name) return;
      slot = (slot + 1) & (names_.size() - 1);
    }
    names_[slot] = {name, index};
  };
  for (const Field& field : fields_) add(field.json_name, field.index);
  for (const Field& field : fields_) add(field.name, field.index);
}

const Field* MessageTable::ByName(std::string_view name) const {
  if (name.empty()) return nullptr;
  size_t slot = NameHash(name) & (names_.size() - 1);
  while (names_[slot].index != kNone) {
    if (names_[slot].name == name) return &fields_[names_[slot].index];
    slot = (slot + 1) & (names_.size() - 1);
  }
  return nullptr;
}

const MessageTable* Tables::Find(std::string_view full_name) const {
  const auto found = messages_.find(std::string(full_name));
  return found == messages_.end() ? nullptr : found->second.get();
}

}  // namespace schutznetz::wire
