#include "services/events/domain/calendar_feeds.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/common/access/api_key.h"
#include "services/common/errors/errors.h"
#include "services/common/errors/macros.h"
#include "services/common/record/random_id.h"
#include "services/common/rpc/resource_name.h"
#include "services/events/domain/registration_show.h"

namespace schutznetz::events {
namespace {

using storage::ReadTransaction;
using storage::Transaction;
using v1::Registration;

constexpr char kFeedCollection[] = "calendarFeeds";
constexpr char kFeedPurpose[] = "calendar-feed/";

absl::Status NoSuchFeed() { return errors::NotFound(rpc::NameOf(kFeedCollection, "-")); }

// The id in a token that was made under this pepper.
std::optional<std::string> IdInToken(const personal::Pepper& pepper, std::string_view token) {
  const std::vector<std::string> parts = absl::StrSplit(absl::string_view(token.data(), token.size()), '_');
  if (parts.size() != 3 || parts[0] != "snc" || !record::LooksRandom(parts[1])) return std::nullopt;
  if (!access::DigestsEqual(parts[2], pepper.OfText(kFeedPurpose, parts[1]))) return std::nullopt;
  return parts[1];
}

bool HoldsDate(const Registration& registration) {
  switch (registration.state()) {
    case Registration::CONFIRMED:
    case Registration::ATTENDED:
    case Registration::NO_SHOW:
      return true;
    case Registration::CANCELLED:
      // Calendars that showed it must learn that it is off; what was offered only was never shown.
      return registration.reason() == Registration::BY_ATTENDEE || registration.reason() == Registration::BY_ORGANIZER;
    default:
      return false;
  }
}

absl::StatusOr<std::optional<PersonalDate>> DateOf(ReadTransaction& tx, const RegistrationRow& row) {
  Registration registration;
  if (!registration.ParseFromString(row.body)) return absl::DataLossError("a stored registration cannot be read");
  registration.set_state(static_cast<Registration::State>(row.state));
  if (!HoldsDate(registration)) return std::nullopt;
  ASSIGN_OR_RETURN(std::optional<StoredEvent> stored, ReadEvent(tx, "events/" + row.event));
  if (!stored) return std::nullopt;
  PersonalDate date;
  date.event = std::move(stored->event);
  *date.event.mutable_create_time() = TimestampOf(absl::ToUnixMicros(stored->create_time));
  *date.event.mutable_update_time() = TimestampOf(absl::ToUnixMicros(stored->update_time));
  date.sessions = {registration.sessions().begin(), registration.sessions().end()};
  date.is_over = registration.state() == Registration::CANCELLED || stored->deleted;
  date.has_place = !date.is_over && date.event.state() != v1::Event::CANCELLED;
  return date;
}

}  // namespace

v1::CalendarFeed ShowFeed(const CalendarFeedRow& row) {
  v1::CalendarFeed feed;
  feed.set_name(rpc::NameOf(kFeedCollection, row.id));
  feed.set_language(row.language);
  *feed.mutable_create_time() = TimestampOf(row.create_us);
  return feed;
}

std::string CalendarFeeds::TokenOf(std::string_view id) const {
  return absl::StrCat("snc_", std::string(id), "_", parts_.pepper.OfText(kFeedPurpose, id));
}

std::string CalendarFeeds::UrlOfId(std::string_view id) const {
  return absl::StrCat(public_url_, "/v1/", kFeedCollection, "/", TokenOf(id), "/calendar.ics");
}

absl::StatusOr<v1::CalendarFeed> CalendarFeeds::Create(Transaction& tx, const Author& author,
                                                       const v1::CalendarFeed& feed) const {
  if (!parts_.takes_people) return NoSecrets();
  CalendarFeedRow row;
  row.person = MemberOf(author.caller);
  if (row.person.empty()) return errors::AccessDenied();
  ASSIGN_OR_RETURN(const auto feeds, parts_.store.FeedsOf(tx, row.person, kCalendarFeedsMax));
  if (feeds.size() >= kCalendarFeedsMax) {
    return errors::WrongState("TOO_MANY_FEEDS", "There are as many calendars as one may have: delete one first.");
  }
  row.id = record::NewRandomId();
  row.language = feed.language();
  row.create_us = absl::ToUnixMicros(tx.now());
  RETURN_IF_ERROR(parts_.store.AddFeed(tx, row));
  v1::CalendarFeed made = ShowFeed(row);
  made.set_url(UrlOfId(row.id));
  return made;
}

absl::StatusOr<v1::CalendarFeed> CalendarFeeds::Delete(Transaction& tx, const Author& author,
                                                       std::string_view name) const {
  const std::string account = MemberOf(author.caller);
  const auto id = rpc::IdIn(kFeedCollection, name);
  if (account.empty() || !id) return errors::NotFound(name);
  ASSIGN_OR_RETURN(const std::optional<CalendarFeedRow> row, parts_.store.Feed(tx, *id));
  if (!row || row->person != account) return errors::NotFound(name);
  RETURN_IF_ERROR(parts_.store.EraseFeed(tx, row->id));
  return ShowFeed(*row);
}

absl::StatusOr<std::vector<v1::CalendarFeed>> CalendarFeeds::List(ReadTransaction& tx,
                                                                  const access::Caller& caller) const {
  const std::string account = MemberOf(caller);
  if (account.empty()) return errors::AccessDenied();
  ASSIGN_OR_RETURN(const auto rows, parts_.store.FeedsOf(tx, account, kCalendarFeedsMax));
  std::vector<v1::CalendarFeed> feeds;
  for (const CalendarFeedRow& row : rows) feeds.push_back(ShowFeed(row));
  return feeds;
}

absl::StatusOr<std::string> CalendarFeeds::UrlOf(ReadTransaction& tx, std::string_view name) const {
  const auto id = rpc::IdIn(kFeedCollection, name);
  if (!id) return "";
  ASSIGN_OR_RETURN(const std::optional<CalendarFeedRow> row, parts_.store.Feed(tx, *id));
  return row ? UrlOfId(row->id) : "";
}

absl::StatusOr<PersonalDates> CalendarFeeds::Dates(ReadTransaction& tx, std::string_view token) const {
  const std::optional<std::string> id = IdInToken(parts_.pepper, token);
  if (!id) return NoSuchFeed();
  ASSIGN_OR_RETURN(const std::optional<CalendarFeedRow> feed, parts_.store.Feed(tx, *id));
  if (!feed) return NoSuchFeed();
  PersonalDates personal;
  personal.language = feed->language;
  ASSIGN_OR_RETURN(const auto rows, parts_.store.OfPerson(tx, feed->person, "", kOwnRegistrationsMax));
  std::set<std::string> seen;  // who registered again has the newer registration
  for (const RegistrationRow& row : rows) {
    ASSIGN_OR_RETURN(std::optional<PersonalDate> date, DateOf(tx, row));
    if (date && seen.insert(row.event).second) personal.dates.push_back(*std::move(date));
  }
  return personal;
}

}  // namespace schutznetz::events
