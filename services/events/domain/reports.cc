#include "services/events/domain/reports.h"

#include <algorithm>
#include <string>

#include "services/common/access/caller.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/rights.h"

namespace schutznetz::events {
namespace {

// "2.10" comes after "2.4": runs of digits are compared as numbers.
bool NumberBefore(std::string_view a, std::string_view b) {
  size_t i = 0;
  size_t j = 0;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto value = [&](std::string_view text, size_t* at) {
    int64_t number = 0;
    for (; *at < text.size() && digit(text[*at]); ++*at)
      number = std::min<int64_t>(number * 10 + text[*at] - '0', 1 << 30);
    return number;
  };
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      const int64_t x = value(a, &i);
      const int64_t y = value(b, &j);
      if (x != y) return x < y;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
    }
  }
  return a.size() - i < b.size() - j;
}

v1::Report::EventLine LineOf(const v1::Event& event) {
  v1::Report::EventLine line;
  line.set_name(event.name());
  line.set_display_name(event.display_name());
  line.set_type(event.type());
  line.set_start_date(FirstDay(event));
  line.set_land(event.land());
  return line;
}

// What changes with every reading is no part of a report.
void DropServerFields(v1::Measure* measure) {
  measure->clear_withheld();
  measure->clear_create_time();
  measure->clear_update_time();
  measure->clear_etag();
}

}  // namespace

absl::Status Reports::Fill(storage::ReadTransaction& tx, const std::vector<DirectoryNetwork>& networks, absl::Time now,
                           v1::Report* report) const {
  static const access::Caller everybody;
  v1::ListMeasuresRequest wanted;
  wanted.set_land(report->land());
  wanted.set_plan(report->plan());
  v1::Measure measure;
  RETURN_IF_ERROR(
      measures_.reads().ForEach(tx, everybody, "", &measure, [&](const std::string&, const StoredReads::Disclosed&) {
        if (!Measures::Fits(measure, wanted)) return true;
        DropServerFields(&measure);
        *report->add_measures() = measure;
        return report->measures_size() < kReportMeasuresMax;
      }));
  std::stable_sort(report->mutable_measures()->begin(), report->mutable_measures()->end(),
                   [](const v1::Measure& a, const v1::Measure& b) {
                     return a.pillar() != b.pillar() ? a.pillar() < b.pillar() : NumberBefore(a.number(), b.number());
                   });

  v1::GetStatisticsRequest period;
  period.set_start_date(report->start_date());
  period.set_end_date(report->end_date());
  period.set_land(report->land());
  ASSIGN_OR_RETURN(*report->mutable_statistics(), statistics_.Get(tx, everybody, period, networks, now));
  ASSIGN_OR_RETURN(const std::vector<v1::Event> events, statistics_.Events(tx, everybody, period, now));
  for (const v1::Event& event : events) {
    if (report->events_size() == kReportEventsMax) break;
    *report->add_events() = LineOf(event);
  }
  return absl::OkStatus();
}

absl::StatusOr<record::Presented> Reports::Create(storage::Transaction& tx, const record::Author& author,
                                                  const v1::CreateReportRequest& request,
                                                  const std::vector<DirectoryNetwork>& networks) const {
  // Before the work: making a report reads everything.
  if (!record::MayEdit(author.caller, reads_.rules().ScopeOf(request.report(), {}))) return errors::AccessDenied();
  RETURN_IF_ERROR(
      StatisticsOfEvents::CheckPeriod(request.report().start_date(), request.report().end_date(), "report."));
  v1::Report report = request.report();
  RETURN_IF_ERROR(Fill(tx, networks, tx.now(), &report));
  const auto size = static_cast<int64_t>(report.ByteSizeLong());
  if (size > kReportBytesMax) return errors::SizeLimit("The report", kReportBytesMax, size);
  return methods_.Create(tx, author, reads_.rules(), request.report_id(), report, "report.");
}

absl::StatusOr<record::Presented> Reports::Delete(storage::Transaction& tx, const record::Author& author,
                                                  const v1::DeleteReportRequest& request) const {
  return methods_.Delete(tx, author, reads_.rules(), request.name(), request.etag());
}

}  // namespace schutznetz::events
