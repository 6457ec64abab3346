#include "services/events/imports/oai_reader.h"

#include <expat.h>

#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/events/imports/dublin_core_reader.h"

namespace schutznetz::events {
namespace {

constexpr char kSeparator = '\n';  // between namespace and name, as expat joins them
constexpr std::string_view kOaiPrefix = "http://www.openarchives.org/OAI/2.0/\n";
constexpr std::string_view kDcPrefix = "http://purl.org/dc/elements/1.1/\n";
constexpr std::string_view kOaiDcName = "http://www.openarchives.org/OAI/2.0/oai_dc/\ndc";
constexpr std::string_view kXmlLang = "http://www.w3.org/XML/1998/namespace\nlang";
constexpr size_t kDepthMax = 32;
constexpr size_t kTextBytesMax = 64 * 1024;
constexpr size_t kValuesMax = 1000;  // elements of one record

class OaiReading {
 public:
  OaiReading(int64_t first_line, ImportedFile* file)
      : parser_(XML_ParserCreateNS("UTF-8", kSeparator)), first_line_(first_line), file_(*file) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), &OaiReading::OnBegin, &OaiReading::OnEnd);
    XML_SetCharacterDataHandler(parser_.get(), &OaiReading::OnText);
    XML_SetStartDoctypeDeclHandler(parser_.get(), &OaiReading::OnDoctype);
  }

  void Read(std::string_view xml);

 private:
  struct Freer {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
  };

  static void OnBegin(void* self, const char* name, const char** attributes) {
    static_cast<OaiReading*>(self)->Begin(name, attributes);
  }
  static void OnEnd(void* self, const char*) { static_cast<OaiReading*>(self)->End(); }
  static void OnText(void* self, const char* text, int size) {
    static_cast<OaiReading*>(self)->Text({text, static_cast<size_t>(size)});
  }
  static void OnDoctype(void* self, const char*, const char*, const char*, int) {
    static_cast<OaiReading*>(self)->Stop("A document type is not accepted.");
  }

  int64_t Line() const { return first_line_ - 1 + static_cast<int64_t>(XML_GetCurrentLineNumber(parser_.get())); }
  void Stop(std::string_view reason);
  void Begin(std::string_view name, const char** attributes);
  void BeginRecord();
  void End();
  void EndRecord();
  void Text(std::string_view text);
  bool Inside(std::string_view name) const {
    return !open_.empty() && absl::StartsWith(open_.back(), "http://www.openarchives.org/OAI/2.0/\n") &&
           std::string_view(open_.back()).substr(kOaiPrefix.size()) == name;
  }
  static std::string Attribute(const char** attributes, std::string_view name) {
    for (const char** at = attributes; *at != nullptr; at += 2) {
      if (name == *at) return at[1];
    }
    return "";
  }

  const std::unique_ptr<XML_ParserStruct, Freer> parser_;
  const int64_t first_line_;
  ImportedFile& file_;
  std::vector<std::string> open_;
  std::string text_;
  int64_t text_line_ = 0;
  std::string language_;  // of the element that is open
  std::string error_code_;
  bool has_list_ = false;  // ListRecords or GetRecord was there
  bool stopped_ = false;
  bool in_record_ = false;
  bool has_metadata_ = false;
  ImportedRecord record_;
  std::vector<DublinCoreValue> values_;
};

void OaiReading::Stop(std::string_view reason) {
  if (stopped_) return;
  stopped_ = true;
  file_.records.clear();
  file_.refusals.clear();
  file_.resumption_token.clear();
  file_.Refuse(Line(), "", reason);
  XML_StopParser(parser_.get(), XML_FALSE);
}

void OaiReading::Begin(std::string_view name, const char** attributes) {
  if (stopped_) return;
  if (open_.size() >= kDepthMax) return Stop("Elements are nested too deeply.");
  const bool is_root = open_.empty();
  if (is_root && name != absl::StrCat(std::string(kOaiPrefix), "OAI-PMH"))
    return Stop("Is no answer of an OAI-PMH repository.");
  const std::string_view local = name.starts_with(kOaiPrefix) ? name.substr(kOaiPrefix.size()) : std::string_view();
  if (local == "record" && (in_record_ || Inside("ListRecords") || Inside("GetRecord"))) BeginRecord();
  if (local == "ListRecords" || local == "GetRecord") has_list_ = true;
  if (local == "header" && in_record_) record_.deleted = Attribute(attributes, "status") == "deleted";
  if (local == "error" && open_.size() == 1) error_code_ = Attribute(attributes, "code");
  if (name == kOaiDcName && in_record_) has_metadata_ = true;
  open_.emplace_back(name);
  text_.clear();
  text_line_ = Line();
  language_ = Attribute(attributes, kXmlLang);
}

void OaiReading::BeginRecord() {
  if (in_record_) return Stop("A record inside of a record.");
  if (file_.records.size() + file_.refusals.size() >= kImportedRecordsMax) {
    return Stop("More than 500 records in one piece.");
  }
  in_record_ = true;
  has_metadata_ = false;
  record_ = ImportedRecord();
  record_.line = Line();
  values_.clear();
}

void OaiReading::Text(std::string_view text) {
  if (stopped_) return;
  if (text_.size() + text.size() > kTextBytesMax) return Stop("A text is longer than 64 KiB.");
  text_.append(text);
}

void OaiReading::End() {
  if (stopped_) return;
  const std::string name = std::move(open_.back());
  open_.pop_back();
  const std::string_view view = name;
  if (in_record_ && view.starts_with(kDcPrefix)) {
    if (values_.size() >= kValuesMax) return Stop("A record has more than 1,000 elements.");
    values_.push_back({name.substr(kDcPrefix.size()), FoldSpace(text_), language_, text_line_});
  } else if (view.starts_with(kOaiPrefix)) {
    const std::string_view local = view.substr(kOaiPrefix.size());
    if (local == "identifier" && in_record_ && Inside("header")) record_.source = FoldSpace(text_);
    if (local == "resumptionToken") file_.resumption_token = FoldSpace(text_);
    if (local == "record" && in_record_) EndRecord();
    if (local == "error" && open_.size() == 1) {
      file_.Refuse(text_line_, "error", absl::StrCat("The repository answered ", error_code_, ": ", FoldSpace(text_)));
      has_list_ = true;
    }
  }
  text_.clear();
  language_.clear();
}

void OaiReading::EndRecord() {
  in_record_ = false;
  if (record_.source.empty()) return file_.Refuse(record_.line, "identifier", "The record has no identifier.");
  record_.publication.set_source_identifier(record_.source);
  record_.lines["sourceIdentifier"] = {record_.line};
  if (!record_.deleted) {
    if (!has_metadata_) return file_.Refuse(record_.line, "metadata", "The record has no Dublin Core (oai_dc).");
    if (auto refusal = TakeDublinCore(values_, &record_)) {
      file_.refusals.push_back(*std::move(refusal));
      return;
    }
  }
  file_.records.push_back(std::move(record_));
}

void OaiReading::Read(std::string_view xml) {
  const XML_Status status = XML_Parse(parser_.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE);
  if (stopped_) return;
  if (status != XML_STATUS_OK) {
    Stop(absl::StrCat("Is not well-formed XML: ", XML_ErrorString(XML_GetErrorCode(parser_.get())), "."));
  } else if (!has_list_) {
    file_.Refuse(first_line_, "", "Holds no records: only answers of ListRecords and GetRecord do.");
  }
}

}  // namespace

ImportedFile ReadOaiRecords(std::string_view xml, int64_t first_line) {
  ImportedFile file;
  OaiReading(first_line, &file).Read(xml);
  return file;
}

}  // namespace schutznetz::events
