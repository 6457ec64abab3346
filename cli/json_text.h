#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace schutznetz::cli {

// Puts a JSON object together from what the command line said; what is empty is left out.
//   Json().Text("role", role).Texts("lands", lands, "lands/").Take()
class Json {
 public:
  Json& Text(std::string_view name, std::string_view value);
  // An array; elements without the prefix get it.
  Json& Texts(std::string_view name, const std::vector<std::string>& values, std::string_view prefix);
  // `json` is a value already.
  Json& Raw(std::string_view name, std::string_view json);
  std::string Take() const { return "{" + members_ + "}"; }

 private:
  void Name(std::string_view name);
  std::string members_;
};

}  // namespace schutznetz::cli
