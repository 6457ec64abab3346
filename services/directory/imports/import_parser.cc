#include "services/directory/imports/import_parser.h"

#include "services/directory/imports/geonames_postcode_parser.h"
#include "services/directory/imports/gv100ad_parser.h"
#include "services/directory/imports/utf8.h"

namespace schutznetz::directory {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

void ImportParser::Append(std::string_view piece) {
  while (!piece.empty()) {
    const size_t end = piece.find('\n');
    const std::string_view part = piece.substr(0, end);
    if (end != std::string_view::npos && pending_.empty()) {
      TakeLine(part);
    } else {
      // One byte more than allowed is kept, so that a line that is too long stays known as such.
      pending_.append(part.substr(0, kLineBytesMax + 1 - pending_.size()));
      if (end != std::string_view::npos) {
        TakeLine(pending_);
        pending_.clear();
      }
    }
    piece.remove_prefix(end == std::string_view::npos ? piece.size() : end + 1);
  }
}

void ImportParser::Finish() {
  if (!pending_.empty()) TakeLine(pending_);
  pending_.clear();
}

void ImportParser::Resume(int64_t line_count, std::string_view pending) {
  line_count_ = line_count;
  pending_.assign(pending.substr(0, kLineBytesMax + 1));
}

void ImportParser::TakeLine(std::string_view line) {
  ++line_count_;
  // Before anything is taken off: what came in pieces was cut after one byte too many.
  if (line.size() > kLineBytesMax) return Refuse("", "the line is longer than 4096 bytes");
  if (line_count_ == 1 && line.substr(0, kByteOrderMark.size()) == kByteOrderMark)
    line.remove_prefix(kByteOrderMark.size());
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line.empty()) return;
  switch (CheckText(line)) {
    case TextFault::kNone:
      return ReadLine(line);
    case TextFault::kNotUtf8:
      return Refuse("", "the line is not UTF-8; convert the file");
    case TextFault::kControlCharacter:
      return Refuse("", "the line has a control character");
  }
}

void ImportParser::Refuse(std::string_view field, std::string_view reason) {
  ++refused_count_;
  v1::ImportRefusal refusal;
  refusal.set_line(line_count_);
  refusal.set_field(field.data(), field.size());
  refusal.set_reason(reason.data(), reason.size());
  sink_.OnRefusal(refusal);
}

std::unique_ptr<ImportParser> MakeImportParser(v1::Import::Format format, ImportSink& sink) {
  switch (format) {
    case v1::Import::GV100AD:
      return std::make_unique<Gv100adParser>(sink);
    case v1::Import::GEONAMES_POSTCODES:
      return std::make_unique<GeonamesPostcodeParser>(sink);
    default:
      return nullptr;
  }
}

}  // namespace schutznetz::directory
