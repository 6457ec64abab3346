#include "services/directory/domain/checks.h"

#include <set>
#include <utility>

#include "services/common/time/schedules.h"
#include "services/directory/domain/phone_number.h"
#include "services/directory/places/land_codes.h"

namespace schutznetz::directory {
namespace {

bool AllDigits(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

void CheckSchedule(const std::string& path, const common::v1::Schedule& schedule, Violations* violations) {
  if (schedule.opens_at() == "24:00") violations->push_back({path + ".opensAt", "Hours cannot begin at 24:00."});
  CheckUnique(path + ".byday", schedule.byday(), violations);
  CheckValidity(path, schedule.valid_from(), schedule.valid_to(), violations);
  CheckUnique(path + ".exceptDates", schedule.except_dates(), false, violations);
  CheckText(path + ".description", schedule.description(), violations);
}

void CheckPhone(const std::string& path, const PhoneLevels& levels, common::v1::Phone* phone, Violations* violations) {
  absl::StatusOr<std::string> number = NormalizePhoneNumber(phone->number());
  if (!number.ok()) {
    violations->push_back({path + ".number", std::string(number.status().message())});
  } else {
    phone->set_number(*std::move(number));
    const wire::Visibility level = wire::Stricter(levels.list, wire::ProtectionLevel(phone->protection()));
    if (level < levels.address && !TellsNoPlaceFinerThanKreis(phone->number())) {
      violations->push_back(
          {path + ".number",
           "The address is withheld, and this area code tells the place: use a mobile or 0800 number, "
           "or protect the line as the address is."});
    }
  }
  if (!AllDigits(phone->extension())) violations->push_back({path + ".extension", "Must be digits."});
  CheckUnique(path + ".languages", phone->languages(), true, violations);
  CheckSchedules(path + ".schedules", phone->schedules(), violations);
}

}  // namespace

void CheckSchedules(std::string_view path, const Schedules& schedules, Violations* violations) {
  if (schedules.size() > civil::CompiledSchedules::kSchedulesMax) {
    violations->push_back({std::string(path), "Too many schedules."});
    return;
  }
  for (int i = 0; i < schedules.size(); ++i) {
    const size_t before = violations->size();
    CheckSchedule(At(path, i), schedules[i], violations);
    if (violations->size() != before) continue;
    Schedules alone;  // whatever the reader of schedules would refuse later must not be stored
    *alone.Add() = schedules[i];
    if (!civil::CompiledSchedules::Compile(alone).ok()) {
      violations->push_back({At(path, i), "The times, dates and weekdays do not make hours."});
    }
  }
}

void CheckPhones(std::string_view path, const PhoneLevels& levels, Phones* phones, Violations* violations) {
  std::set<std::pair<std::string, int>> seen;
  for (int i = 0; i < phones->size(); ++i) {
    common::v1::Phone* phone = phones->Mutable(i);
    CheckPhone(At(path, i), levels, phone, violations);
    if (!seen.insert({phone->number() + "/" + phone->extension(), phone->type()}).second) {
      violations->push_back({At(path, i) + ".number", "Is in the list already: each line once."});
    }
  }
}

void CheckContacts(std::string_view path, const PhoneLevels& levels, Contacts* contacts, Violations* violations) {
  for (int i = 0; i < contacts->size(); ++i) {
    common::v1::Contact* contact = contacts->Mutable(i);
    const wire::Visibility level = wire::Stricter(levels.list, wire::ProtectionLevel(contact->protection()));
    CheckPhones(At(path, i) + ".phones", {level, levels.address}, contact->mutable_phones(), violations);
    if (contact->display_name().empty() && contact->title().empty() && contact->department().empty()) {
      violations->push_back({At(path, i), "Must name the function: display name, title or department."});
    }
  }
}

void CheckAreaKey(std::string_view path, std::string_view key, bool nation, Violations* violations) {
  if (key.starts_with("pd-") || !IsoCodeOfLand(key).empty() || (nation && key == "00")) return;
  violations->push_back({std::string(path), "Must begin with the key of a Land, 01 to 16."});
}

}  // namespace schutznetz::directory
