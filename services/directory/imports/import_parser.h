// Strict streaming readers of foreign files of areas and postcodes.
//
//   auto parser = MakeImportParser(Import::GV100AD, sink);   // null for a format it does not know
//   parser->Append(piece);                                   // any number of pieces, cut anywhere
//   parser->Finish();                                        // a last line without a line feed counts
//
// Memory is bounded by one line (kLineBytesMax), whatever the file is. Every line either gives one record, or is
// refused with its number, the field and the reason, or is one of the kinds a format says it ignores; nothing is
// guessed or repaired. Blank lines are ignored. Lines end with LF or CRLF. Text must be UTF-8 without control
// characters; a byte order mark at the very beginning is skipped.
//
// Not thread safe; one parser per file. The state between two pieces is (line_count, pending): a server that keeps both
// with received_bytes can go on after a restart with Resume.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "schutznetz/directory/v1/area.pb.h"
#include "schutznetz/directory/v1/import.pb.h"

namespace schutznetz::directory {

// Takes what a parser reads, in the order of the file. The references live for the call only.
class ImportSink {
 public:
  virtual ~ImportSink() = default;

  // An area: name, key, kind, display_name, land, parent and population are set. `as_of` is the date of the register as
  // YYYY-MM-DD: the key is valid on that day. center, validity and source are the caller's to fill.
  virtual void OnArea(const v1::Area& area, std::string_view as_of) = 0;

  // One place of a postcode: `postcode` has its code and exactly one part, whose area_key is a Kreis. The other places
  // of the postcode come with other lines.
  virtual void OnPostcode(const v1::Postcode& postcode) = 0;

  // A refused line.
  virtual void OnRefusal(const v1::ImportRefusal& refusal) = 0;
};

class ImportParser {
 public:
  // A longer line is refused as a whole; the longest of the real files has 225 bytes.
  static constexpr size_t kLineBytesMax = 4096;

  explicit ImportParser(ImportSink& sink) : sink_(sink) {}
  virtual ~ImportParser() = default;
  ImportParser(const ImportParser&) = delete;
  ImportParser& operator=(const ImportParser&) = delete;

  // Takes the next bytes of the file.
  void Append(std::string_view piece);

  // The file is complete. Nothing may be appended after it.
  void Finish();

  // Goes on where another parser of the same format stopped. Before the first Append only.
  void Resume(int64_t line_count, std::string_view pending);

  // Complete lines so far, blank and ignored ones included.
  int64_t line_count() const { return line_count_; }
  int64_t record_count() const { return record_count_; }
  int64_t refused_count() const { return refused_count_; }
  // The beginning of a line that is not complete yet; at most kLineBytesMax + 1 bytes (more stand for a line already
  // too long).
  std::string_view pending() const { return pending_; }

 protected:
  // Reads one line without its end; it is valid UTF-8 without control characters but tabs. Calls Refuse or a sink's
  // method and then Count, or neither to ignore the line.
  virtual void ReadLine(std::string_view line) = 0;

  // The line is refused. The field may be empty.
  void Refuse(std::string_view field, std::string_view reason);
  void CountRecord() { ++record_count_; }
  ImportSink& sink() { return sink_; }

 private:
  void TakeLine(std::string_view line);

  ImportSink& sink_;
  std::string pending_;
  int64_t line_count_ = 0;
  int64_t record_count_ = 0;
  int64_t refused_count_ = 0;
};

// A parser for the format, or null for a format without one. The sink must outlive it.
std::unique_ptr<ImportParser> MakeImportParser(v1::Import::Format format, ImportSink& sink);

}  // namespace schutznetz::directory
