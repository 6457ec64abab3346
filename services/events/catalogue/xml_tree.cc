#include "services/events/catalogue/xml_tree.h"

#include <expat.h>

#include <memory>

namespace schutznetz::events {
namespace {

struct TreeBuilder {
  XmlNode top;  // holds the root
  std::vector<XmlNode*> open = {&top};

  static void Begin(void* self, const char* name, const char** attributes) {
    auto& builder = *static_cast<TreeBuilder*>(self);
    XmlNode& node = builder.open.back()->children.emplace_back();
    node.name = name;
    for (; *attributes != nullptr; attributes += 2) node.attributes[attributes[0]] = attributes[1];
    builder.open.push_back(&node);
  }
  static void End(void* self, const char*) { static_cast<TreeBuilder*>(self)->open.pop_back(); }
  static void Text(void* self, const char* text, int size) {
    static_cast<TreeBuilder*>(self)->open.back()->text.append(text, static_cast<size_t>(size));
  }
};

}  // namespace

std::vector<const XmlNode*> XmlNode::All(std::string_view local_name) const {
  std::vector<const XmlNode*> found;
  for (const XmlNode& child : children) {
    if (child.local() == local_name) found.push_back(&child);
  }
  return found;
}

const XmlNode* XmlNode::At(std::string_view path) const {
  const XmlNode* node = this;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    const std::vector<const XmlNode*> found = node->All(path.substr(0, slash));
    if (found.size() != 1) return nullptr;
    node = found[0];
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return node;
}

std::string XmlNode::TextAt(std::string_view path) const {
  const XmlNode* node = At(path);
  return node == nullptr ? "(none)" : node->text;
}

std::optional<XmlNode> ParseXml(std::string_view text) {
  const std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(XML_ParserCreateNS("UTF-8", '\n'),
                                                                       &XML_ParserFree);
  TreeBuilder builder;
  XML_SetUserData(parser.get(), &builder);
  XML_SetElementHandler(parser.get(), &TreeBuilder::Begin, &TreeBuilder::End);
  XML_SetCharacterDataHandler(parser.get(), &TreeBuilder::Text);
  const XML_Status status = XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
  if (status != XML_STATUS_OK || builder.top.children.empty()) return std::nullopt;
  return std::move(builder.top.children.front());
}

}  // namespace schutznetz::events
