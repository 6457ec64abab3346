#include "services/events/domain/feedback.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/record_store.h"

namespace schutznetz::events {
namespace {

constexpr std::string_view kEvents = "events/";
constexpr int kValues = 5;

// "fachtag" of "events/fachtag" and of "events/fachtag/registrations/r1".
std::string EventIdOf(std::string_view name) {
  name.remove_prefix(std::min(name.size(), kEvents.size()));
  return std::string(name.substr(0, name.find('/')));
}

absl::Status CheckAnswers(const v1::GiveFeedbackRequest& request) {
  std::set<int> codes;
  for (int i = 0; i < request.answers_size(); ++i) {
    const v1::FeedbackSummary::Question::Code code = request.answers(i).code();
    const std::string field = absl::StrCat("answers[", i, "].code");
    if (!v1::FeedbackSummary::Question::Code_IsValid(code)) return errors::InvalidField(field, "No such question.");
    if (!codes.insert(code).second) return errors::InvalidField(field, "Each question is answered once.");
  }
  return absl::OkStatus();
}

v1::FeedbackTally::Sums& SumsOf(v1::FeedbackSummary::Question::Code code, v1::FeedbackTally* tally) {
  for (v1::FeedbackTally::Sums& sums : *tally->mutable_sums()) {
    if (sums.code() == code) return sums;
  }
  v1::FeedbackTally::Sums& added = *tally->add_sums();
  added.set_code(code);
  for (int i = 0; i < kValues; ++i) added.add_counts(0);
  return added;
}

int CountOf(const v1::FeedbackTally::Sums& sums) {
  return std::accumulate(sums.counts().begin(), sums.counts().end(), 0);
}

// Shows a question as it stands now, in the order of the codes.
void ShowQuestion(const v1::FeedbackTally::Sums& sums, v1::FeedbackSummary* shown) {
  auto& questions = *shown->mutable_questions();
  auto at = std::find_if(questions.begin(), questions.end(), [&](const auto& q) { return q.code() == sums.code(); });
  v1::FeedbackSummary::Question& question = at != questions.end() ? *at : *shown->add_questions();
  question.set_code(sums.code());
  *question.mutable_counts() = sums.counts();
  int sum = 0;
  for (int value = 1; value <= kValues; ++value) sum += value * sums.counts(value - 1);
  question.set_mean(static_cast<double>(sum) / CountOf(sums));
  std::sort(questions.begin(), questions.end(), [](const auto& a, const auto& b) { return a.code() < b.code(); });
}

absl::StatusOr<v1::FeedbackTally> TallyOf(const std::optional<record::Record>& row) {
  v1::FeedbackTally tally;
  if (row.has_value() && !tally.ParseFromString(row->body)) return absl::DataLossError("feedback cannot be read");
  return tally;
}

}  // namespace

void AddAnswers(const v1::GiveFeedbackRequest& request, v1::FeedbackTally* tally) {
  for (const v1::GiveFeedbackRequest::Answer& answer : request.answers()) {
    v1::FeedbackTally::Sums& sums = SumsOf(answer.code(), tally);
    sums.set_counts(answer.value() - 1, sums.counts(answer.value() - 1) + 1);
    // Each question by itself: those that many leave out move more slowly.
    if (CountOf(sums) % kFeedbackStep == 0) ShowQuestion(sums, tally->mutable_shown());
  }
  tally->set_answers(tally->answers() + 1);
  if (tally->answers() % kFeedbackStep == 0) tally->mutable_shown()->set_answers(tally->answers());
}

absl::Status Feedback::Give(storage::Transaction& tx, const v1::GiveFeedbackRequest& request) const {
  RETURN_IF_ERROR(CheckAnswers(request));
  const record::RecordKey key = {kFeedbackKind, EventIdOf(request.registration())};
  // The tally of the event is there before it is locked, so that two first answers wait for each other. No times: they
  // would say when somebody answered.
  RETURN_IF_ERROR(record::Insert(tx, {.key = key}).status());
  ASSIGN_OR_RETURN(std::optional<record::Record> row, record::GetForUpdate(tx, key));
  if (!row.has_value()) return errors::Internal("a tally was not written");
  const std::string digest = pepper_.OfText("feedback/", request.registration());
  ASSIGN_OR_RETURN(const bool first, record::Insert(tx, {.key = {kFeedbackGivenKind, absl::StrCat("f", digest)}}));
  if (!first) return errors::Exists(absl::StrCat(request.registration(), "/feedback"));
  ASSIGN_OR_RETURN(v1::FeedbackTally tally, TallyOf(row));
  AddAnswers(request, &tally);
  row->body = tally.SerializeAsString();
  return record::Update(tx, *row);
}

absl::StatusOr<v1::FeedbackSummary> Feedback::Get(storage::ReadTransaction& tx, std::string_view event) const {
  ASSIGN_OR_RETURN(const std::optional<record::Record> row, record::Get(tx, {kFeedbackKind, EventIdOf(event)}));
  ASSIGN_OR_RETURN(v1::FeedbackTally tally, TallyOf(row));
  tally.mutable_shown()->set_name(absl::StrCat("events/", EventIdOf(event), "/feedback"));
  return tally.shown();
}

}  // namespace schutznetz::events
