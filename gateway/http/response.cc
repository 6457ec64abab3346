#include "gateway/http/response.h"

namespace schutznetz::gateway {

void HeaderBlock::Add(std::string_view name, std::string_view value) {
  entries_.push_back({name, nullptr, static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(value.size())});
  text_.append(value);
}

void HeaderBlock::AddLiteral(std::string_view name, std::string_view value) {
  entries_.push_back({name, value.data(), 0, static_cast<uint32_t>(value.size())});
}

std::string_view HeaderBlock::Find(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (entry.name == name) return ValueOf(entry);
  }
  return {};
}

void HeaderBlock::Set(std::string_view name, std::string_view value) {
  const std::string copy(value);  // it may be a view of the value that goes
  Remove(name);
  Add(name, copy);
}

void HeaderBlock::Remove(std::string_view name) {
  std::erase_if(entries_, [name](const Entry& entry) { return entry.name == name; });
}

void HeaderBlock::Clear() {
  entries_.clear();
  text_.clear();
}

void Response::Clear() {
  status = 200;
  headers.Clear();
  body.clear();
  close = head_only = false;
}

}  // namespace schutznetz::gateway
