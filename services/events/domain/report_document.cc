#include "services/events/domain/report_document.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "services/events/domain/berlin_dates.h"
#include "services/events/domain/german_names.h"
#include "services/events/domain/german_text.h"

namespace schutznetz::events {
namespace {

using document::Document;
using document::Heading;
using document::List;
using document::Paragraph;
using document::Span;
using document::Spans;
using document::Table;

void AddParagraphs(const common::v1::LocalizedText& text, Document* document) {
  for (const std::string& paragraph : ParagraphsOf(GermanText(text))) document->Add(Paragraph{{{paragraph}}});
}

void AddTable(Table table, Document* document) {
  if (!table.rows.empty()) document->Add(std::move(table));
}

std::string Period(const v1::Report& report) {
  return absl::StrCat(GermanDate(report.start_date()), " bis ", GermanDate(report.end_date()));
}

// The sentence that readers look for first.
Paragraph Summary(const v1::Report& report) {
  const v1::Statistics& numbers = report.statistics();
  return {{{"In diesem Zeitraum fanden "},
           {absl::StrCat(numbers.events(), " Veranstaltungen"), Span::kStrong},
           {" mit "},
           {absl::StrCat(numbers.participants().text(), " Teilnahmen"), Span::kStrong},
           {" statt; erreicht wurden "},
           {absl::StrCat(numbers.lands_reached_size(), " Länder"), Span::kStrong},
           {", gegründet oder erweitert wurden "},
           {absl::StrCat(numbers.networks_size(), " Kooperationen"), Span::kStrong},
           {"."}}};
}

void AddNumbers(const v1::Report& report, Document* document) {
  const v1::Statistics& numbers = report.statistics();
  document->Add(Heading{2, "Zahlen"});
  document->Add(Summary(report));
  Table types{
      .caption = "Veranstaltungen nach Art", .header = {"Art", "Veranstaltungen", "Teilnahmen"}, .widths = {2, 1, 1}};
  for (const auto& line : numbers.by_type()) {
    types.rows.push_back({GermanName(line.type()), absl::StrCat(line.events()), line.participants().text()});
  }
  AddTable(std::move(types), document);
  Table professions{.caption = "Teilnahmen nach Beruf", .header = {"Beruf", "Teilnahmen"}, .widths = {3, 1}};
  for (const auto& line : numbers.by_profession()) {
    professions.rows.push_back({GermanName(line.profession()), line.participants().text()});
  }
  AddTable(std::move(professions), document);
  Table ways{.caption = "Teilnahmen nach Form", .header = {"Form", "Teilnahmen"}, .widths = {3, 1}};
  for (const auto& line : numbers.by_attendance()) {
    ways.rows.push_back({GermanName(line.attendance()), line.participants().text()});
  }
  AddTable(std::move(ways), document);
  document->Add(
      Paragraph{{{"„<5“ heißt: bei keiner Veranstaltung waren es fünf oder mehr. Gruppen von weniger als fünf "
                  "Personen bei einer Veranstaltung sind in den Summen nach Beruf und Form nicht enthalten."}}});
  std::vector<std::string> lands;
  for (const std::string& land : numbers.lands_reached()) lands.push_back(GermanLand(land));
  if (!lands.empty())
    document->Add(Paragraph{{{"Erreichte Länder: "}, {absl::StrCat(absl::StrJoin(lands, ", "), ".")}}});
}

void AddNetworks(const v1::Report& report, Document* document) {
  if (report.statistics().networks().empty()) return;
  document->Add(Heading{2, "Kooperationen"});
  Table networks{
      .caption = "Gegründete und erweiterte Kooperationen", .header = {"Kooperation", "Stand"}, .widths = {3, 1}};
  for (const auto& network : report.statistics().networks()) {
    networks.rows.push_back({network.display_name(), network.founded() ? "gegründet" : "erweitert"});
  }
  AddTable(std::move(networks), document);
}

void AddEvents(const v1::Report& report, Document* document) {
  if (report.events().empty()) return;
  document->Add(Heading{2, "Veranstaltungen"});
  Table events{
      .caption = "Veranstaltungen des Zeitraums", .header = {"Datum", "Veranstaltung", "Land"}, .widths = {2, 5, 2}};
  for (const auto& event : report.events()) {
    events.rows.push_back({GermanDate(event.start_date()), event.display_name(), GermanLand(event.land())});
  }
  AddTable(std::move(events), document);
}

void AddMilestones(const v1::Measure& measure, Document* document) {
  Table steps{.caption = absl::StrCat("Meilensteine der Maßnahme ", measure.number()),
              .header = {"Meilenstein", "Geplant", "Erreicht"},
              .widths = {4, 2, 2}};
  for (const auto& step : measure.milestones()) {
    steps.rows.push_back({step.display_name(), step.due_date().empty() ? "offen" : GermanDate(step.due_date()),
                          step.reached_date().empty() ? "noch nicht" : GermanDate(step.reached_date())});
  }
  AddTable(std::move(steps), document);
}

// Notes up to the end of the period.
void AddProgress(const v1::Report& report, const v1::Measure& measure, Document* document) {
  List notes;
  for (const auto& note : measure.progress_notes()) {
    if (note.date() > report.end_date()) continue;
    notes.items.push_back({{absl::StrCat(GermanDate(note.date()), ": "), Span::kStrong},
                           {absl::StrJoin(ParagraphsOf(GermanText(note.text())), " ")}});
  }
  if (!notes.items.empty()) document->Add(std::move(notes));
}

void AddMeasure(const v1::Report& report, const v1::Measure& measure, Document* document) {
  document->Add(Heading{4, absl::StrCat(measure.number(), " ", measure.display_name())});
  Spans facts = {{"Zuständig: "}, {measure.department()}, {". Stand: "}, {GermanName(measure.status()), Span::kStrong}};
  if (!measure.due_date().empty()) facts.push_back({absl::StrCat(", bis ", GermanDate(measure.due_date()))});
  facts.push_back({"."});
  if (!measure.partners().empty()) {
    facts.push_back({absl::StrCat(" Beteiligt: ", absl::StrJoin(measure.partners(), ", "), ".")});
  }
  document->Add(Paragraph{std::move(facts)});
  AddParagraphs(measure.description(), document);
  AddMilestones(measure, document);
  AddProgress(report, measure, document);
}

Table Overview(const v1::Report& report) {
  Table overview{.caption = "Maßnahmen und ihr Stand",
                 .header = {"Nr.", "Maßnahme", "Zuständig", "Stand"},
                 .widths = {1, 5, 4, 2}};
  for (const v1::Measure& measure : report.measures()) {
    overview.rows.push_back(
        {measure.number(), measure.display_name(), measure.department(), GermanName(measure.status())});
  }
  return overview;
}

void AddMeasures(const v1::Report& report, Document* document) {
  if (report.measures().empty()) return;
  document->Add(Heading{2, "Maßnahmen"});
  document->Add(Overview(report));
  v1::Measure::Pillar pillar = v1::Measure::PILLAR_UNSPECIFIED;
  for (const v1::Measure& measure : report.measures()) {
    if (measure.pillar() != pillar) document->Add(Heading{3, GermanName(measure.pillar())});
    pillar = measure.pillar();
    AddMeasure(report, measure, document);
  }
}

}  // namespace

Document ReportDocument(const v1::Report& report) {
  Document page{.title = report.display_name(), .language = "de", .author = report.publisher()};
  page.create_time = absl::FromUnixSeconds(report.create_time().seconds());
  page.Add(Heading{1, report.display_name()});
  page.Add(Paragraph{{{report.publisher(), Span::kStrong}}});
  page.Add(Paragraph{{{absl::StrCat("Zeitraum: ", Period(report), ". Land: ", GermanLand(report.land()), ".")}}});
  AddParagraphs(report.introduction(), &page);
  AddNumbers(report, &page);
  AddNetworks(report, &page);
  AddEvents(report, &page);
  AddMeasures(report, &page);
  return page;
}

}  // namespace schutznetz::events
