// Writes well-formed XML 1.0 in UTF-8, element by element.
//
//   XmlWriter xml;
//   xml.Begin("record").Attribute("status", "deleted");
//   xml.Element("identifier", "oai:…");
//   xml.End();
//   std::string document = std::move(xml).Finish();
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace schutznetz::events {

// Not thread safe. Names are the caller's constants and are not checked; values are escaped, and characters that XML
// does not know are left out. Elements must be closed in order.
class XmlWriter {
 public:
  XmlWriter();

  // Opens an element; attributes come before anything else.
  XmlWriter& Begin(std::string_view name);
  XmlWriter& Attribute(std::string_view name, std::string_view value);
  XmlWriter& Text(std::string_view text);
  // Closes the element that was opened last.
  XmlWriter& End();
  // An element that holds a text.
  XmlWriter& Element(std::string_view name, std::string_view text);
  // The same, with xml:lang where a language is given.
  XmlWriter& Element(std::string_view name, std::string_view text, std::string_view language);

  // Closes what is open.
  std::string Finish() &&;

 private:
  void CloseTag();
  void Escape(std::string_view text, bool in_attribute);

  std::string out_;
  std::vector<std::string> open_;
  bool in_tag_ = false;
};

}  // namespace schutznetz::events
