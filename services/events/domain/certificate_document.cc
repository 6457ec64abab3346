#include "services/events/domain/certificate_document.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/events/domain/berlin_dates.h"
#include "services/events/domain/german_text.h"

namespace schutznetz::events {
namespace {

using document::Document;
using document::Heading;
using document::Paragraph;
using document::Span;

std::string Period(const v1::Certificate& shown) {
  if (shown.start_date().empty()) return "im eigenen Tempo";
  if (shown.start_date() == shown.end_date()) return GermanDate(shown.start_date());
  return absl::StrCat(GermanDate(shown.start_date()), " bis ", GermanDate(shown.end_date()));
}

document::Table Facts(const v1::Certificate& shown) {
  document::Table table{.caption = "Angaben zur Veranstaltung", .header = {"Angabe", "Inhalt"}, .widths = {1, 3}};
  table.rows.push_back({"Veranstaltung", shown.event_title()});
  table.rows.push_back({"Zeitraum", Period(shown)});
  if (shown.teaching_units() > 0) {
    table.rows.push_back({"Umfang", absl::StrCat(shown.teaching_units(), " Unterrichtseinheiten zu 45 Minuten")});
  }
  table.rows.push_back({"Ausgestellt am", GermanDate(shown.issue_date())});
  table.rows.push_back({"Nummer", shown.number()});
  return table;
}

void AddCheck(const v1::Certificate& shown, const CertificateHolder& holder, Document* page) {
  page->Add(Heading{2, "Prüfung"});
  page->Add(Paragraph{{{"Prüfcode: "}, {std::string(holder.code), Span::kStrong}}});
  const std::string until = GermanDate(shown.expire_date());
  if (holder.check_url.empty()) {
    page->Add(Paragraph{{{absl::StrCat("Mit dem Prüfcode lässt sich bis zum ", until,
                                       " feststellen, ob diese Bescheinigung gültig ist.")}}});
    return;
  }
  const std::string url = absl::StrCat(std::string(holder.check_url), std::string(holder.code));
  const bool is_link =
      url.starts_with("https://");  // documents link nowhere else; an installation of one machine is http
  page->Add(Paragraph{{{absl::StrCat("Ob diese Bescheinigung gültig ist, lässt sich bis zum ", until, " prüfen: ")},
                       {url, Span::kPlain, is_link ? url : ""}}});
  page->Add(document::QrCode{url, absl::StrCat("QR-Code mit der Adresse der Prüfung: ", url), 32});
}

}  // namespace

Document CertificateDocument(const v1::StoredCertificate& stored, const CertificateHolder& holder) {
  const v1::Certificate& shown = stored.shown();
  Document page{.title = absl::StrCat("Teilnahmebescheinigung ", shown.number()), .language = "de"};
  page.create_time = absl::FromCivil(DayOf(shown.issue_date()), Berlin());
  page.Add(Heading{1, "Teilnahmebescheinigung"});
  page.Add(Paragraph{{{std::string(holder.name), Span::kStrong}}});
  page.Add(Paragraph{{{"hat an der folgenden Veranstaltung teilgenommen."}}});
  page.Add(Facts(shown));
  const std::string content = GermanText(stored.content());
  if (!content.empty()) {
    page.Add(Heading{2, "Inhalte"});
    for (const std::string& paragraph : ParagraphsOf(content)) page.Add(Paragraph{{{paragraph}}});
  }
  AddCheck(shown, holder, &page);
  return page;
}

}  // namespace schutznetz::events
