#include "services/events/domain/publication_rules.h"

#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "schutznetz/events/v1/publication.pb.h"
#include "services/common/record/checks.h"

namespace schutznetz::events {
namespace {

using record::At;
using v1::Publication;

constexpr size_t kMediaTypeBytesMax = 100;

bool IsDecimal(char c) { return c >= '0' && c <= '9'; }

// RFC 6838: type "/" subtype, lower case.
bool IsMediaType(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == text.size() || text.size() > kMediaTypeBytesMax) {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool plain =
        (c >= 'a' && c <= 'z') || IsDecimal(c) || std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
    if (!plain && i != slash) return false;
  }
  return true;
}

void CheckSubjects(const Publication& publication, std::vector<errors::FieldViolation>* violations) {
  for (int i = 0; i < publication.subjects_size(); ++i) {
    record::CheckText(At("subjects", i), publication.subjects(i), violations);
    if (publication.subjects(i).translations().empty()) {
      violations->push_back({At("subjects", i), "Must have a text."});
    }
  }
}

void CheckLinks(const Publication& publication, std::vector<errors::FieldViolation>* violations) {
  std::set<std::string> seen;
  for (int i = 0; i < publication.links_size(); ++i) {
    const Publication::Link& link = publication.links(i);
    const std::string path = At("links", i);
    if (!seen.insert(link.url()).second) violations->push_back({path + ".url", "Is in the list already: each once."});
    if (!link.media_type().empty() && !IsMediaType(link.media_type())) {
      violations->push_back({path + ".mediaType", "Must be a media type in lower case: \"application/pdf\"."});
    }
    record::CheckText(path + ".label", link.label(), violations);
  }
}

void CheckLists(const Publication& publication, std::vector<errors::FieldViolation>* violations) {
  record::CheckUnique("creators", publication.creators(), false, violations);
  record::CheckUnique("publishers", publication.publishers(), false, violations);
  record::CheckUnique("contributors", publication.contributors(), false, violations);
  record::CheckUnique("formats", publication.formats(), false, violations);
  record::CheckUnique("identifiers", publication.identifiers(), false, violations);
  record::CheckUnique("sources", publication.sources(), false, violations);
  record::CheckUnique("languages", publication.languages(), true, violations);
  record::CheckUnique("relations", publication.relations(), false, violations);
  record::CheckUnique("coverages", publication.coverages(), false, violations);
  record::CheckUnique("audiences", publication.audiences(), violations);
  record::CheckUnique("professions", publication.professions(), violations);
  record::CheckUnique("files", publication.files(), false, violations);
}

}  // namespace

bool IsIssueDate(std::string_view text) {
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 4 || i == 7;
    if (hyphen ? text[i] != '-' : !IsDecimal(text[i])) return false;
  }
  const std::string whole = std::string(text) + std::string("-01-01").substr(0, 10 - text.size());
  absl::CivilDay day;
  return absl::ParseCivilTime(text.size() == 7 ? std::string(text) + "-01" : whole, &day) && day.year() >= 1;
}

bool IsIssn(std::string_view text) {
  if (text.size() != 9 || text[4] != '-') return false;
  int sum = 0;
  int weight = 8;
  for (size_t i = 0; i < 8; ++i) {
    if (i == 4) continue;
    if (!IsDecimal(text[i])) return false;
    sum += (text[i] - '0') * weight--;
  }
  const int check = (11 - sum % 11) % 11;
  return text[8] == (check == 10 ? 'X' : static_cast<char>('0' + check));
}

void PublicationRules::Check(const record::Draft& draft, std::vector<errors::FieldViolation>* violations) const {
  const auto& publication = static_cast<const Publication&>(draft.resource);
  record::CheckText("title", publication.title(), violations);
  if (publication.title().translations().empty()) violations->push_back({"title", "Must have a text."});
  record::CheckText("description", publication.description(), violations);
  record::CheckText("rights", publication.rights(), violations);
  CheckSubjects(publication, violations);
  CheckLists(publication, violations);
  CheckLinks(publication, violations);
  record::CheckLand("land", publication.land(), violations);
  if (publication.type() == Publication::TYPE_UNSPECIFIED) violations->push_back({"type", "Must be given."});
  if (!publication.issued().empty() && !IsIssueDate(publication.issued())) {
    violations->push_back({"issued", "Must be a year, month or day that exists: 2024, 2024-05 or 2024-05-31."});
  }
  if (!publication.series().issn().empty() && !IsIssn(publication.series().issn())) {
    violations->push_back({"series.issn", "Must be an ISSN with its check digit: 1234-5679."});
  }
  if (!publication.replaces().empty() && publication.replaces() == publication.name()) {
    violations->push_back({"replaces", "A publication cannot replace itself."});
  }
}

record::RecordScope PublicationRules::ScopeOf(const google::protobuf::Message& resource,
                                              const std::vector<record::Loaded>&) const {
  const auto& publication = static_cast<const Publication&>(resource);
  record::RecordScope scope;
  if (!publication.land().empty()) scope.lands.push_back(publication.land());
  if (!publication.network().empty()) scope.networks.push_back(publication.network());
  return scope;
}

std::vector<std::string> PublicationRules::UniqueValues(const google::protobuf::Message& resource) const {
  const auto& publication = static_cast<const Publication&>(resource);
  if (publication.source_identifier().empty()) return {};
  return {publication.source_identifier()};
}

}  // namespace schutznetz::events
