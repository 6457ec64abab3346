// Small strict reader of one JSON object, for token headers, claims and key sets.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace schutznetz::gateway {

// The members of a JSON object. Views live until the next document is read on this thread.
class JsonObject {
 public:
  // One document: strict JSON of at most 256 KiB and eight levels, an object with at most 64 members of which no two
  // have the same name. Nothing otherwise.
  static std::optional<JsonObject> Read(std::string_view json);
  // An object inside one.
  static std::optional<JsonObject> Of(simdjson::dom::element element);

  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  const simdjson::dom::element* Find(std::string_view name) const;
  // The value of a string member. Nothing: absent or no string.
  std::optional<std::string_view> Text(std::string_view name) const;
  // The value of a number from 0 to 2^53, its fraction cut off. Nothing: absent or something else.
  std::optional<int64_t> Number(std::string_view name) const;
  // The strings of an array of at most `count_max` of them. Nothing: absent or something else.
  std::optional<std::vector<std::string_view>> Texts(std::string_view name, size_t count_max) const;

 private:
  std::vector<std::pair<std::string_view, simdjson::dom::element>> members_;
};

}  // namespace schutznetz::gateway
