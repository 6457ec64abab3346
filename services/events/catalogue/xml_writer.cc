#include "services/events/catalogue/xml_writer.h"

namespace schutznetz::events {
namespace {

// U+FFFE and U+FFFF, which XML does not know, in UTF-8.
bool IsNonCharacter(std::string_view text, size_t at) {
  return text.size() - at >= 3 && text[at] == '\xef' && text[at + 1] == '\xbf' &&
         (text[at + 2] == '\xbe' || text[at + 2] == '\xbf');
}

}  // namespace

XmlWriter::XmlWriter() : out_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

void XmlWriter::CloseTag() {
  if (in_tag_) out_ += '>';
  in_tag_ = false;
}

XmlWriter& XmlWriter::Begin(std::string_view name) {
  CloseTag();
  out_ += '<';
  out_ += name;
  open_.emplace_back(name);
  in_tag_ = true;
  return *this;
}

XmlWriter& XmlWriter::Attribute(std::string_view name, std::string_view value) {
  out_ += ' ';
  out_ += name;
  out_ += "=\"";
  Escape(value, true);
  out_ += '"';
  return *this;
}

XmlWriter& XmlWriter::Text(std::string_view text) {
  CloseTag();
  Escape(text, false);
  return *this;
}

XmlWriter& XmlWriter::End() {
  if (in_tag_) {
    out_ += "/>";
    in_tag_ = false;
  } else {
    out_ += "</";
    out_ += open_.back();
    out_ += '>';
  }
  open_.pop_back();
  return *this;
}

XmlWriter& XmlWriter::Element(std::string_view name, std::string_view text) { return Begin(name).Text(text).End(); }

XmlWriter& XmlWriter::Element(std::string_view name, std::string_view text, std::string_view language) {
  Begin(name);
  if (!language.empty()) Attribute("xml:lang", language);
  return Text(text).End();
}

std::string XmlWriter::Finish() && {
  while (!open_.empty()) End();
  out_ += '\n';
  return std::move(out_);
}

void XmlWriter::Escape(std::string_view text, bool in_attribute) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    switch (c) {
      case '&':
        out_ += "&amp;";
        break;
      case '<':
        out_ += "&lt;";
        break;
      case '>':
        out_ += "&gt;";  // "]]>" must not stand in text
        break;
      case '"':
        out_ += in_attribute ? "&quot;" : "\"";
        break;
      case '\n':
      case '\t':
        // An attribute's line feeds and tabs would be read as spaces.
        out_ += !in_attribute ? std::string(1, c) : c == '\n' ? "&#10;" : "&#9;";
        break;
      case '\r':
        out_ += "&#13;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) break;
        if (IsNonCharacter(text, i)) {
          i += 2;
          break;
        }
        out_ += c;
    }
  }
}

}  // namespace schutznetz::events
