#include "services/events/imports/publication_csv.h"

#include <functional>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/common/wire/text.h"
#include "services/events/imports/csv_reader.h"

namespace schutznetz::events {
namespace {

using common::v1::LocalizedText;
using v1::Publication;

constexpr char kListSeparator = '|';
constexpr std::string_view kSourceId = "sourceId";
constexpr std::string_view kTitle = "title";

// Puts one value of a column into the record; returns what is wrong with it, or nothing.
using Take =
    std::function<std::string(ImportedRecord*, const std::string& value, const std::string& language, int64_t line)>;

struct ColumnKind {
  std::string field;  // for the lines of violations
  bool list = false;
  bool localized = false;
  Take take;
};

ColumnKind TextColumn(std::string field, void (Publication::*set)(const std::string&)) {
  return {std::move(field), false, false,
          [set](ImportedRecord* record, const std::string& value, const std::string&, int64_t) {
            (record->publication.*set)(value);
            return std::string();
          }};
}

ColumnKind ListColumn(std::string field, google::protobuf::RepeatedPtrField<std::string>* (Publication::*list)()) {
  return {std::move(field), true, false,
          [list](ImportedRecord* record, const std::string& value, const std::string&, int64_t) {
            *(record->publication.*list)()->Add() = value;
            return std::string();
          }};
}

ColumnKind LocalizedColumn(std::string field, LocalizedText* (Publication::*text)()) {
  return {std::move(field), false, true,
          [text](ImportedRecord* record, const std::string& value, const std::string& language, int64_t) {
            auto* translation = (record->publication.*text)()->add_translations();
            translation->set_language_code(language);
            translation->set_text(value);
            return std::string();
          }};
}

template <typename Parse, typename Add>
ColumnKind EnumColumn(std::string field, Parse parse, Add add) {
  return {std::move(field), true, false,
          [parse, add](ImportedRecord* record, const std::string& value, const std::string&, int64_t) {
            int number = 0;
            if (!parse(value, &number) || number == 0) return std::string("Is none of the values of the list.");
            add(record->publication, number);
            return std::string();
          }};
}

// The columns by name.
const std::map<std::string, ColumnKind, std::less<>>& Columns() {
  static const auto* columns = [] {
    auto* map = new std::map<std::string, ColumnKind, std::less<>>{
        {"title", LocalizedColumn("title", &Publication::mutable_title)},
        {"description", LocalizedColumn("description", &Publication::mutable_description)},
        {"rights", LocalizedColumn("rights", &Publication::mutable_rights)},
        {"creators", ListColumn("creators", &Publication::mutable_creators)},
        {"publishers", ListColumn("publishers", &Publication::mutable_publishers)},
        {"contributors", ListColumn("contributors", &Publication::mutable_contributors)},
        {"formats", ListColumn("formats", &Publication::mutable_formats)},
        {"identifiers", ListColumn("identifiers", &Publication::mutable_identifiers)},
        {"sources", ListColumn("sources", &Publication::mutable_sources)},
        {"languages", ListColumn("languages", &Publication::mutable_languages)},
        {"relations", ListColumn("relations", &Publication::mutable_relations)},
        {"coverages", ListColumn("coverages", &Publication::mutable_coverages)},
        {"issued", TextColumn("issued", &Publication::set_issued)},
        {"license", TextColumn("license", &Publication::set_license)},
        {"citation", TextColumn("citation", &Publication::set_citation)},
        {"edition", TextColumn("edition", &Publication::set_edition)},
        {"replaces", TextColumn("replaces", &Publication::set_replaces)}};
    (*map)["type"] = EnumColumn(
        "type",
        [](const std::string& name, int* number) {
          Publication::Type type;
          const bool known = Publication::Type_Parse(name, &type);
          *number = known ? type : 0;
          return known;
        },
        [](Publication& publication, int type) { publication.set_type(static_cast<Publication::Type>(type)); });
    (*map)["type"].list = false;
    (*map)["audiences"] = EnumColumn(
        "audiences",
        [](const std::string& name, int* number) {
          Publication::Audience audience;
          const bool known = Publication::Audience_Parse(name, &audience);
          *number = known ? audience : 0;
          return known;
        },
        [](Publication& publication, int audience) {
          publication.add_audiences(static_cast<Publication::Audience>(audience));
        });
    (*map)["professions"] = EnumColumn(
        "professions",
        [](const std::string& name, int* number) {
          common::v1::Profession::Code code;
          const bool known = common::v1::Profession::Code_Parse(name, &code);
          *number = known ? code : 0;
          return known;
        },
        [](Publication& publication, int code) {
          publication.add_professions(static_cast<common::v1::Profession::Code>(code));
        });
    const auto own = [&](const char* name, std::string field, bool list, bool localized, Take take) {
      (*map)[name] = {std::move(field), list, localized, std::move(take)};
    };
    own("subjects", "subjects", true, true,
        [](ImportedRecord* record, const std::string& value, const std::string& language, int64_t) {
          auto* translation = record->publication.add_subjects()->add_translations();
          translation->set_language_code(language);
          translation->set_text(value);
          return std::string();
        });
    own("links", "links", true, false,
        [](ImportedRecord* record, const std::string& value, const std::string&, int64_t) {
          record->publication.add_links()->set_url(value);
          return std::string();
        });
    own("seriesTitle", "series", false, false,
        [](ImportedRecord* record, const std::string& value, const std::string&, int64_t) {
          record->publication.mutable_series()->set_title(value);
          return std::string();
        });
    own("seriesNumber", "series", false, false,
        [](ImportedRecord* record, const std::string& value, const std::string&, int64_t) {
          record->publication.mutable_series()->set_number(value);
          return std::string();
        });
    own("issn", "series", false, false,
        [](ImportedRecord* record, const std::string& value, const std::string&, int64_t) {
          record->publication.mutable_series()->set_issn(value);
          return std::string();
        });
    own("sourceId", "sourceIdentifier", false, false,
        [](ImportedRecord* record, const std::string& value, const std::string&, int64_t) {
          record->source = value;
          return std::string();
        });
    own("deleted", "deleted", false, false,
        [](ImportedRecord* record, const std::string& value, const std::string&, int64_t) {
          if (value != "true" && value != "false") return std::string("Must be true or false.");
          record->deleted = value == "true";
          return std::string();
        });
    return map;
  }();
  return *columns;
}

struct Column {
  std::string heading;
  const ColumnKind* kind = nullptr;
  std::string language;
};

// What is wrong with the heading; empty when nothing is.
std::string ReadHeading(const CsvRow& row, std::vector<Column>* columns, std::string* wrong) {
  std::set<std::string, std::less<>> seen;
  bool has_title = false;
  for (const std::string& heading : row.values) {
    const size_t at = heading.find('@');
    const auto kind = Columns().find(std::string_view(heading).substr(0, at));
    *wrong = heading.substr(0, 60);
    if (kind == Columns().end()) return "Is no column of this format.";
    if (kind->second.localized != (at != std::string::npos)) {
      return kind->second.localized ? "Needs a language: title@de." : "Takes no language.";
    }
    if (!seen.insert(heading).second) return "The column is there twice.";
    has_title |= kind->first == kTitle;
    columns->push_back({heading, &kind->second, at == std::string::npos ? "" : heading.substr(at + 1)});
  }
  for (const std::string_view needed : {kSourceId, std::string_view("type")}) {
    *wrong = needed;
    if (!seen.contains(needed)) return "The column is missing.";
  }
  *wrong = "title@…";
  return has_title ? "" : "The column is missing.";
}

class CsvReading {
 public:
  CsvReading(std::string_view source, ImportedFile* file) : source_(source), file_(*file) {}

  void Read(std::string_view text, int64_t first_line);

 private:
  void TakeRow(const CsvRow& row);
  // Empty when the value was taken.
  std::string TakeValue(const Column& column, const std::string& value, int64_t line, ImportedRecord* record);

  const std::string_view source_;
  ImportedFile& file_;
  std::vector<Column> columns_;
};

std::string CsvReading::TakeValue(const Column& column, const std::string& value, int64_t line,
                                  ImportedRecord* record) {
  if (value.empty()) return "";
  std::vector<std::string> parts = {value};
  if (column.kind->list) parts = absl::StrSplit(value, kListSeparator);
  for (std::string& part : parts) {
    absl::StripAsciiWhitespace(&part);
    if (part.empty()) return "Has an empty value in its list.";
    std::string reason = column.kind->take(record, part, column.language, line);
    if (!reason.empty()) return reason;
    record->lines[column.kind->field].push_back(line);
  }
  return "";
}

void CsvReading::TakeRow(const CsvRow& row) {
  if (row.values.size() != columns_.size()) {
    return file_.Refuse(row.line, "",
                        absl::StrCat("Has ", row.values.size(), " values, the heading has ", columns_.size(), "."));
  }
  ImportedRecord record;
  record.line = row.line;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const std::string reason = TakeValue(columns_[i], row.values[i], row.lines[i], &record);
    if (!reason.empty()) return file_.Refuse(row.lines[i], columns_[i].heading, reason);
  }
  if (record.source.empty()) return file_.Refuse(row.line, kSourceId, "Must not be empty.");
  record.source = absl::StrCat("csv:", std::string(source_), ":", record.source);
  record.publication.set_source_identifier(record.source);
  file_.records.push_back(std::move(record));
}

void CsvReading::Read(std::string_view text, int64_t first_line) {
  CsvReader reader(text, 1);
  CsvRow row;
  if (wire::CheckText(text) == wire::TextFault::kNotUtf8) return file_.Refuse(1, "", "Is not UTF-8.");
  if (!reader.Next(&row)) return file_.Refuse(reader.line(), "", "Has no heading.");
  std::string wrong;
  const std::string fault = ReadHeading(row, &columns_, &wrong);
  if (!fault.empty()) return file_.Refuse(row.line, wrong, fault);
  // The piece's second line is the file's first_line.
  const int64_t shift = first_line > 0 ? first_line - reader.line() : 0;
  while (reader.Next(&row)) {
    if (file_.records.size() + file_.refusals.size() == kImportedRecordsMax) {
      file_.records.clear();
      file_.refusals.clear();
      return file_.Refuse(row.line + shift, "", "More than 500 records in one piece.");
    }
    row.line += shift;
    for (int64_t& line : row.lines) line += shift;
    TakeRow(row);
  }
  if (!reader.fault().empty()) {
    file_.records.clear();
    file_.Refuse(reader.line() + shift, "", reader.fault());
  }
}

}  // namespace

ImportedFile ReadPublicationCsv(std::string_view text, int64_t first_line, std::string_view source) {
  ImportedFile file;
  CsvReading(source, &file).Read(text, first_line);
  return file;
}

}  // namespace schutznetz::events
