#include "services/common/wire/table.h"

#include <algorithm>

#include "google/protobuf/descriptor.h"

namespace schutznetz::wire {
namespace {

constexpr int32_t kDenseEnumMax = 255;
constexpr uint32_t kDenseNumberMax = 1024;
constexpr int kNameListMax = 30;

}  // namespace

EnumTable::EnumTable(const google::protobuf::EnumDescriptor& descriptor) {
  for (int i = 0; i < descriptor.value_count(); ++i) {
    const auto& value = *descriptor.value(i);
    value_names_.push_back(value.name());
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
  by_name_.Reserve(value_names_.size());
  for (int i = 0; i < descriptor.value_count(); ++i) {
    by_name_.Add(value_names_[static_cast<size_t>(i)], descriptor.value(i)->number());
  }
  std::stable_sort(sparse_.begin(), sparse_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
}

std::string_view EnumTable::SparseName(int32_t number) const {
  const auto found = std::lower_bound(sparse_.begin(), sparse_.end(), number,
                                      [](const auto& entry, int32_t key) { return entry.first < key; });
  return found != sparse_.end() && found->first == number ? std::string_view(found->second) : std::string_view();
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
  names_.Reserve(fields_.size() * 2);
  for (const Field& field : fields_) names_.Add(field.json_name, field.index);
  for (const Field& field : fields_) names_.Add(field.name, field.index);
}

const MessageTable* Tables::Find(std::string_view full_name) const {
  const auto found = messages_.find(std::string(full_name));
  return found == messages_.end() ? nullptr : found->second.get();
}

}  // namespace schutznetz::wire
