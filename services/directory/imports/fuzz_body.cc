#include "services/directory/imports/fuzz_body.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "services/directory/imports/import_parser.h"

namespace schutznetz::directory {
namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

// Everything a parser said, as text.
class Transcript final : public ImportSink {
 public:
  void OnArea(const v1::Area& area, std::string_view as_of) override {
    Require(area.key().size() >= 2 && !area.display_name().empty() && as_of.size() == 10);
    text += area.ShortDebugString() + std::string(as_of) + "\n";
  }
  void OnPostcode(const v1::Postcode& postcode) override {
    Require(postcode.code().size() == 5 && postcode.parts_size() == 1 && postcode.parts(0).area_key().size() == 5);
    text += postcode.ShortDebugString() + "\n";
  }
  void OnRefusal(const v1::ImportRefusal& refusal) override {
    Require(refusal.line() > 0 && !refusal.reason().empty());
    text += refusal.ShortDebugString() + "\n";
    ++refusals;
  }

  std::string text;
  int64_t refusals = 0;
};

}  // namespace

void CheckImportOf(v1::Import::Format format, const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Transcript whole, pieces;
  const auto one = MakeImportParser(format, whole);
  one->Append(bytes);
  one->Finish();
  Require(one->line_count() ==
          std::count(bytes.begin(), bytes.end(), '\n') + (!bytes.empty() && bytes.back() != '\n' ? 1 : 0));
  Require(one->record_count() + one->refused_count() <= one->line_count() && whole.refusals == one->refused_count());

  auto parser = MakeImportParser(format, pieces);
  for (size_t at = 0; at < size;) {
    const size_t step = std::min(size - at, size_t{1} + data[at] % 61);
    parser->Append(bytes.substr(at, step));
    Require(parser->pending().size() <= ImportParser::kLineBytesMax + 1);
    at += step;
    if (step % 7 == 0) {
      auto next = MakeImportParser(format, pieces);
      next->Resume(parser->line_count(), parser->pending());
      parser = std::move(next);
    }
  }
  parser->Finish();
  Require(pieces.text == whole.text && parser->line_count() == one->line_count());
}

}  // namespace schutznetz::directory
