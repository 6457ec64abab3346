// A registration as those see it who may: the person, and who arranges the event.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/events/domain/seat_book.h"

namespace schutznetz::events {

// "events/…/registrations/…".
std::string RegistrationName(const RegistrationRow& row);
// Registered with an account, not by a mail address alone.
bool HasAccount(const RegistrationRow& row);

// With personal fields, the place on the list, and the ways in where the person has a place.
absl::StatusOr<v1::Registration> ShowRegistration(const RegistrationParts& parts, storage::ReadTransaction& tx,
                                                  const v1::Event& event, const RegistrationRow& row);

// How much of the sessions that the person comes to they were there, by time, in percent, rounded down; 100 for who was
// checked in to an event without sessions.
int AttendedPercent(const v1::Event& event, const v1::Registration& registration);

google::protobuf::Timestamp TimestampOf(int64_t unix_us);

}  // namespace schutznetz::events
