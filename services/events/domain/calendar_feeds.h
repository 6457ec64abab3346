// Personal calendars: the dates that the person of an account registered for, under a secret address.
//
// The secret in the address, "snc_<id>_<64 hex digits>", is a keyed digest of the feed's id under the server's pepper:
// nothing of it is in the database, and a forged one is refused without a look. It ends with the feed.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schutznetz/events/v1/calendar.pb.h"
#include "services/events/domain/registrations.h"

namespace schutznetz::events {

inline constexpr int kCalendarFeedsMax = 20;  // of an account

// An event that a person registered for.
struct PersonalDate {
  v1::Event event;                 // with the times of its creation and last change
  std::set<std::string> sessions;  // that the person comes to; empty: all
  bool has_place = false;
  bool is_over = false;  // the person's registration was cancelled
};

// What an address opens.
struct PersonalDates {
  std::string language;  // empty: German
  std::vector<PersonalDate> dates;
};

// Thread safe; `parts` and what it refers to must outlive it.
class CalendarFeeds {
 public:
  // `public_url`: what comes before "/v1/…" outside, without a slash at its end.
  CalendarFeeds(const RegistrationParts& parts, std::string public_url)
      : parts_(parts), public_url_(std::move(public_url)) {}

  // Codes of all that ask who calls: PERMISSION_DENIED (ACCESS_DENIED) without an account.
  // FAILED_PRECONDITION (WRONG_STATE, state TOO_MANY_FEEDS or NO_SECRETS): there are kCalendarFeedsMax, or the server
  // keeps nothing personal.
  absl::StatusOr<v1::CalendarFeed> Create(storage::Transaction& tx, const Author& author,
                                          const v1::CalendarFeed& feed) const;
  // NOT_FOUND: it is not there, or somebody else's.
  absl::StatusOr<v1::CalendarFeed> Delete(storage::Transaction& tx, const Author& author, std::string_view name) const;
  absl::StatusOr<std::vector<v1::CalendarFeed>> List(storage::ReadTransaction& tx, const access::Caller& caller) const;
  // The address of a feed by its name, for an answer that is repeated; empty when it is not there any more.
  absl::StatusOr<std::string> UrlOf(storage::ReadTransaction& tx, std::string_view name) const;

  // NOT_FOUND: the token opens nothing.
  absl::StatusOr<PersonalDates> Dates(storage::ReadTransaction& tx, std::string_view token) const;

 private:
  std::string TokenOf(std::string_view id) const;
  std::string UrlOfId(std::string_view id) const;

  const RegistrationParts& parts_;
  const std::string public_url_;
};

// As it is told to its owner, without the address.
v1::CalendarFeed ShowFeed(const CalendarFeedRow& row);

}  // namespace schutznetz::events
