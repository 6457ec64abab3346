#include "services/events/catalogue/oai_provider.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/events/catalogue/dublin_core.h"
#include "services/events/catalogue/xml_writer.h"

namespace schutznetz::events {
namespace {

using Verb = OaiRequest::Verb;
using v1::Publication;

constexpr std::string_view kOai = "http://www.openarchives.org/OAI/2.0/";
constexpr std::string_view kOaiSchema = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd";
constexpr std::string_view kOaiDcNamespace = "http://www.openarchives.org/OAI/2.0/oai_dc/";
constexpr std::string_view kOaiDcSchema = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd";
constexpr std::string_view kXsi = "http://www.w3.org/2001/XMLSchema-instance";
constexpr std::string_view kCollection = "publications/";

struct SetName {
  std::string spec;
  std::string name;
};

constexpr std::array<std::string_view, 16> kLandCodes = {"DE-BB", "DE-BE", "DE-BW", "DE-BY", "DE-HB", "DE-HE",
                                                         "DE-HH", "DE-MV", "DE-NI", "DE-NW", "DE-RP", "DE-SH",
                                                         "DE-SL", "DE-SN", "DE-ST", "DE-TH"};

const std::vector<SetName>& AllSets() {
  static const auto* sets = [] {
    auto* list = new std::vector<SetName>{{"land", "Publications of the Länder"}};
    for (const std::string_view land : kLandCodes) {
      list->push_back({absl::StrCat("land:", std::string(land)), absl::StrCat("Publications of ", std::string(land))});
    }
    list->push_back({"type", "Publications by type"});
    for (int type = Publication::Type_MIN + 1; type <= Publication::Type_MAX; ++type) {
      const std::string& name = Publication::Type_Name(type);
      list->push_back({absl::StrCat("type:", name), absl::StrCat("Publications of type ", name)});
    }
    return list;
  }();
  return *sets;
}

// A set holds what its subsets hold.
bool IsIn(const HarvestItem& item, std::string_view set) {
  return std::any_of(item.sets->begin(), item.sets->end(), [&](std::string_view spec) {
    return spec == set || (spec.starts_with(set) && spec[set.size()] == ':');
  });
}

std::string_view VerbName(Verb verb) {
  constexpr std::array<std::string_view, 6> kNames = {"Identify",        "ListMetadataFormats", "ListSets",
                                                      "ListIdentifiers", "ListRecords",         "GetRecord"};
  return kNames[static_cast<size_t>(verb)];
}

// What a list goes on with: the request that began it, and the last item.
struct ListState {
  OaiRequest request;
  HarvestKey after;
  int64_t cursor = 0;  // items on the pages before
};

std::string EncodeTime(const std::optional<absl::Time>& time) {
  return time ? absl::StrCat(absl::ToUnixSeconds(*time)) : std::string();
}

bool DecodeTime(std::string_view text, std::optional<absl::Time>* time) {
  if (text.empty()) return true;
  int64_t seconds = 0;
  if (!absl::SimpleAtoi(absl::string_view(text.data(), text.size()), &seconds)) return false;
  *time = absl::FromUnixSeconds(seconds);
  return true;
}

std::string Encode(const ListState& state) {
  return absl::StrJoin(
      {std::string(VerbName(state.request.verb)), EncodeTime(state.request.from), EncodeTime(state.request.until),
       state.request.set, EncodeTime(state.after.datestamp), state.after.name, absl::StrCat(state.cursor)},
      "\n");
}

std::optional<ListState> Decode(std::string_view text, Verb verb) {
  const std::vector<std::string> parts = absl::StrSplit(absl::string_view(text.data(), text.size()), '\n');
  ListState state;
  std::optional<absl::Time> after;
  if (parts.size() != 7 || parts[0] != VerbName(verb) || !DecodeTime(parts[1], &state.request.from) ||
      !DecodeTime(parts[2], &state.request.until) || !DecodeTime(parts[4], &after) || !after ||
      !absl::SimpleAtoi(parts[6], &state.cursor)) {
    return std::nullopt;
  }
  state.request.verb = verb;
  state.request.metadata_prefix = std::string(kOaiDc);
  state.request.set = parts[3];
  state.after = {*after, parts[5]};
  return state;
}

// One answer while it is written.
class Answering {
 public:
  Answering(const Site& site, const TokenSeal& tokens, const HarvestSource& source)
      : site_(site), tokens_(tokens), source_(source) {}

  std::string Write(const std::variant<OaiRequest, OaiError>& read, absl::Time complete_until);

 private:
  std::string IdentifierOf(std::string_view name) const {
    return absl::StrCat("oai:", site_.repository_domain, ":", std::string(name.substr(kCollection.size())));
  }
  // The name in one of our identifiers; empty for others.
  std::string NameOf(std::string_view identifier) const;

  void Head(const OaiRequest* request, absl::Time complete_until);
  std::optional<OaiError> Body(const OaiRequest& request);
  std::optional<OaiError> Identify();
  std::optional<OaiError> ListMetadataFormats(const OaiRequest& request);
  std::optional<OaiError> ListSets(const OaiRequest& request);
  std::optional<OaiError> GetRecord(const OaiRequest& request);
  std::optional<OaiError> List(const OaiRequest& request);
  std::optional<OaiError> ListFrom(ListState state);
  void WriteToken(const ListState& state, const std::optional<HarvestKey>& next, int64_t written, int64_t size);
  void WriteHeader(const HarvestItem& item);
  void WriteRecord(const HarvestItem& item);
  void WriteError(const OaiError& error);

  const Site& site_;
  const TokenSeal& tokens_;
  const HarvestSource& source_;
  XmlWriter xml_;
  size_t body_bytes_ = 0;  // of the records written, about
};

std::string Answering::NameOf(std::string_view identifier) const {
  const std::string prefix = absl::StrCat("oai:", site_.repository_domain, ":");
  if (!identifier.starts_with(prefix)) return "";
  return absl::StrCat(std::string(kCollection), std::string(identifier.substr(prefix.size())));
}

std::string Answering::Write(const std::variant<OaiRequest, OaiError>& read, absl::Time complete_until) {
  const OaiRequest* request = std::get_if<OaiRequest>(&read);
  Head(request, complete_until);
  std::optional<OaiError> error;
  if (request == nullptr) {
    error = std::get<OaiError>(read);
  } else {
    error = Body(*request);
  }
  if (error) WriteError(*error);
  return std::move(xml_).Finish();
}

// Section 3.2: the arguments are told unless the verb or an argument was wrong.
void Answering::Head(const OaiRequest* request, absl::Time complete_until) {
  xml_.Begin("OAI-PMH").Attribute("xmlns", kOai).Attribute("xmlns:xsi", kXsi);
  xml_.Attribute("xsi:schemaLocation", absl::StrCat(std::string(kOai), " ", std::string(kOaiSchema)));
  xml_.Element("responseDate", OaiTime(complete_until));
  xml_.Begin("request");
  if (request != nullptr) {
    for (const auto& [name, value] : request->arguments) xml_.Attribute(name, value);
  }
  xml_.Text(site_.public_url + "/oai").End();
}

void Answering::WriteError(const OaiError& error) {
  xml_.Begin("error").Attribute("code", error.code).Text(error.message).End();
}

std::optional<OaiError> Answering::Body(const OaiRequest& request) {
  switch (request.verb) {
    case Verb::kIdentify:
      return Identify();
    case Verb::kListMetadataFormats:
      return ListMetadataFormats(request);
    case Verb::kListSets:
      return ListSets(request);
    case Verb::kGetRecord:
      return GetRecord(request);
    case Verb::kListIdentifiers:
    case Verb::kListRecords:
      return List(request);
  }
  return OaiError{"badVerb", "The protocol has no such verb."};
}

std::optional<OaiError> Answering::Identify() {
  absl::Time earliest = absl::UnixEpoch();
  source_.Visit({}, [&](const HarvestItem& item) {
    earliest = item.datestamp;
    return false;
  });
  xml_.Begin("Identify");
  xml_.Element("repositoryName", site_.repository_name).Element("baseURL", site_.public_url + "/oai");
  xml_.Element("protocolVersion", "2.0").Element("adminEmail", site_.admin_email);
  xml_.Element("earliestDatestamp", OaiTime(earliest)).Element("deletedRecord", "persistent");
  xml_.Element("granularity", "YYYY-MM-DDThh:mm:ssZ");
  constexpr std::string_view kIdentifierNamespace = "http://www.openarchives.org/OAI/2.0/oai-identifier";
  xml_.Begin("description").Begin("oai-identifier").Attribute("xmlns", kIdentifierNamespace);
  xml_.Attribute("xsi:schemaLocation", absl::StrCat(std::string(kIdentifierNamespace),
                                                    " http://www.openarchives.org/OAI/2.0/oai-identifier.xsd"));
  xml_.Element("scheme", "oai").Element("repositoryIdentifier", site_.repository_domain).Element("delimiter", ":");
  xml_.Element("sampleIdentifier", IdentifierOf("publications/leitfaden-2024")).End().End();
  xml_.End();
  return std::nullopt;
}

std::optional<OaiError> Answering::ListMetadataFormats(const OaiRequest& request) {
  if (!request.identifier.empty() && !source_.Find(NameOf(request.identifier))) {
    return OaiError{"idDoesNotExist", "There is no such publication."};
  }
  xml_.Begin("ListMetadataFormats").Begin("metadataFormat").Element("metadataPrefix", kOaiDc);
  xml_.Element("schema", kOaiDcSchema).Element("metadataNamespace", kOaiDcNamespace).End().End();
  return std::nullopt;
}

std::optional<OaiError> Answering::ListSets(const OaiRequest& request) {
  // The list of sets is always whole.
  if (!request.resumption_token.empty()) return OaiError{"badResumptionToken", "No list of sets goes on with this."};
  xml_.Begin("ListSets");
  for (const SetName& set : AllSets()) {
    xml_.Begin("set").Element("setSpec", set.spec).Element("setName", set.name).End();
  }
  xml_.End();
  return std::nullopt;
}

std::optional<OaiError> Answering::GetRecord(const OaiRequest& request) {
  const auto item = source_.Find(NameOf(request.identifier));
  if (!item) return OaiError{"idDoesNotExist", "There is no such publication."};
  if (request.metadata_prefix != kOaiDc) return OaiError{"cannotDisseminateFormat", "The only format is oai_dc."};
  xml_.Begin("GetRecord");
  WriteRecord(*item);
  xml_.End();
  return std::nullopt;
}

std::optional<OaiError> Answering::List(const OaiRequest& request) {
  if (request.resumption_token.empty()) {
    if (request.metadata_prefix != kOaiDc) return OaiError{"cannotDisseminateFormat", "The only format is oai_dc."};
    ListState state;
    state.request = request;
    if (request.from) state.after = {*request.from, ""};
    return ListFrom(std::move(state));
  }
  const std::optional<std::string> opened = tokens_.open(request.resumption_token);
  std::optional<ListState> state = opened ? Decode(*opened, request.verb) : std::nullopt;
  if (!state) return OaiError{"badResumptionToken", "The token is not one of this list, or too old: begin again."};
  return ListFrom(*std::move(state));
}

std::optional<OaiError> Answering::ListFrom(ListState state) {
  std::vector<HarvestItem> page;
  std::optional<HarvestKey> next;
  int64_t rest = 0;  // of the list, this page included
  source_.Visit(state.after, [&](const HarvestItem& item) {
    if (state.request.until && item.datestamp > *state.request.until) return false;
    if (!state.request.set.empty() && !IsIn(item, state.request.set)) return true;
    if (page.size() < OaiProvider::kPageRecords) page.push_back(item);
    ++rest;
    return true;
  });
  // What remained may have moved behind `until` meanwhile: then the list just ends.
  if (page.empty() && state.cursor == 0) return OaiError{"noRecordsMatch", "Nothing matches these arguments."};
  xml_.Begin(VerbName(state.request.verb));
  size_t written = 0;
  while (written < page.size() && body_bytes_ < OaiProvider::kPageBytes) {
    const HarvestItem& item = page[written++];
    state.request.verb == Verb::kListRecords ? WriteRecord(item) : WriteHeader(item);
  }
  if (static_cast<int64_t>(written) < rest) next = {page[written - 1].datestamp, std::string(page[written - 1].name)};
  WriteToken(state, next, static_cast<int64_t>(written), state.cursor + rest);
  xml_.End();
  return std::nullopt;
}

// Section 3.5: the last answer of a list that came in parts has an empty token.
void Answering::WriteToken(const ListState& state, const std::optional<HarvestKey>& next, int64_t written,
                           int64_t size) {
  if (!next && state.cursor == 0) return;
  xml_.Begin("resumptionToken").Attribute("completeListSize", absl::StrCat(size));
  xml_.Attribute("cursor", absl::StrCat(state.cursor));
  if (next) {
    ListState following = state;
    following.after = *next;
    following.cursor += written;
    xml_.Text(tokens_.seal(Encode(following)));
  }
  xml_.End();
}

void Answering::WriteHeader(const HarvestItem& item) {
  xml_.Begin("header");
  if (item.deleted) xml_.Attribute("status", "deleted");
  xml_.Element("identifier", IdentifierOf(item.name)).Element("datestamp", OaiTime(item.datestamp));
  for (const std::string& set : *item.sets) xml_.Element("setSpec", set);
  xml_.End();
}

void Answering::WriteRecord(const HarvestItem& item) {
  xml_.Begin("record");
  WriteHeader(item);
  if (!item.deleted) {
    xml_.Begin("metadata").Begin("oai_dc:dc").Attribute("xmlns:oai_dc", kOaiDcNamespace);
    xml_.Attribute("xmlns:dc", "http://purl.org/dc/elements/1.1/").Attribute("xmlns:xsi", kXsi);
    xml_.Attribute("xsi:schemaLocation", absl::StrCat(std::string(kOaiDcNamespace), " ", std::string(kOaiDcSchema)));
    for (const DublinCoreElement& element : DublinCoreOf(source_.Read(item.name), site_)) {
      xml_.Element(absl::StrCat("dc:", std::string(element.name)), element.text, element.language);
      body_bytes_ += element.text.size() + 32;
    }
    xml_.End().End();
  }
  xml_.End();
}

}  // namespace

std::vector<std::string> SetsOf(const Publication& publication) {
  std::vector<std::string> sets;
  if (!publication.land().empty()) {
    sets.push_back("land:" + publication.land().substr(publication.land().find('/') + 1));
  }
  sets.push_back("type:" + Publication::Type_Name(publication.type()));
  return sets;
}

std::string OaiProvider::Answer(std::string_view form, const HarvestSource& source, absl::Time complete_until) const {
  return Answering(site_, tokens_, source).Write(ReadOaiRequest(form), complete_until);
}

}  // namespace schutznetz::events
