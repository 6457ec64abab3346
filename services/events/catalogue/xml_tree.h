// A small tree of an XML document, for tests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schutznetz::events {

struct XmlNode {
  std::string name;  // "namespace\nlocal", or the local name where there is no namespace
  std::map<std::string, std::string> attributes;
  std::string text;
  std::vector<XmlNode> children;

  // The local name.
  std::string_view local() const { return std::string_view(name).substr(name.find('\n') + 1); }
  // Children of that local name.
  std::vector<const XmlNode*> All(std::string_view local_name) const;
  // The only one along a path of local names, "Identify/baseURL"; null unless there is exactly one at each step.
  const XmlNode* At(std::string_view path) const;
  // Its text; "(none)" when it is not there.
  std::string TextAt(std::string_view path) const;
};

// Nothing for what is not well-formed with namespaces.
std::optional<XmlNode> ParseXml(std::string_view text);

}  // namespace schutznetz::events
