#include "services/events/domain/measure_rules.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/common/record/checks.h"

namespace schutznetz::events {

using record::At;
using record::CheckText;

void MeasureRules::Derive(const google::protobuf::Message* before, google::protobuf::Message* resource) const {
  auto& measure = static_cast<v1::Measure&>(*resource);
  if (before == nullptr) return measure.set_version(1);
  v1::Measure old = static_cast<const v1::Measure&>(*before);
  measure.set_version(old.version());
  if (!google::protobuf::util::MessageDifferencer::Equals(old, measure)) measure.set_version(old.version() + 1);
}

void MeasureRules::Check(const record::Draft& draft, std::vector<errors::FieldViolation>* violations) const {
  const auto& measure = static_cast<const v1::Measure&>(draft.resource);
  CheckText("description", measure.description(), violations);
  record::CheckUnique("partners", measure.partners(), true, violations);
  record::CheckUnique("lands", measure.lands(), false, violations);
  for (int i = 0; i < measure.lands_size(); ++i) record::CheckLand(At("lands", i), measure.lands(i), violations);
  if (!measure.start_date().empty() && !measure.due_date().empty() && measure.due_date() < measure.start_date()) {
    violations->push_back({"dueDate", "Must not be before startDate."});
  }
  std::string last;
  for (int i = 0; i < measure.progress_notes_size(); ++i) {
    const v1::Measure::ProgressNote& note = measure.progress_notes(i);
    CheckText(At("progressNotes", i) + ".text", note.text(), violations);
    if (note.date() < last)
      violations->push_back({At("progressNotes", i) + ".date", "Must not be before the note above."});
    last = note.date();
  }
}

record::RecordScope MeasureRules::ScopeOf(const google::protobuf::Message& resource,
                                          const std::vector<record::Loaded>&) const {
  const auto& measure = static_cast<const v1::Measure&>(resource);
  record::RecordScope scope;
  scope.lands.assign(measure.lands().begin(), measure.lands().end());
  return scope;
}

}  // namespace schutznetz::events
