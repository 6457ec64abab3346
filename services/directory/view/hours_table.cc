#include "services/directory/view/hours_table.h"

#include <algorithm>
#include <utility>

namespace schutznetz::directory {

Hours HoursTable::Of(const civil::CompiledSchedules::Schedules& schedules) {
  if (schedules.empty()) return nullptr;
  std::string bytes;
  for (const auto& schedule : schedules) {
    schedule.AppendToString(&bytes);
    bytes.push_back('\xff');  // no field begins with this byte
  }
  auto& known = by_bytes_[std::move(bytes)];
  if (Hours hours = known.lock()) return hours;
  auto compiled = civil::CompiledSchedules::Compile(schedules);
  if (!compiled.ok()) return nullptr;
  auto hours = std::make_shared<const civil::CompiledSchedules>(*std::move(compiled));
  known = hours;
  if (by_bytes_.size() >= drop_at_) DropUnused();
  return hours;
}

void HoursTable::DropUnused() {
  std::erase_if(by_bytes_, [](const auto& item) { return item.second.expired(); });
  drop_at_ = std::max<size_t>(1024, by_bytes_.size() * 2);
}

}  // namespace schutznetz::directory
