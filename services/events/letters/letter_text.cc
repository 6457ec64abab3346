#include "services/events/letters/letter_text.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "services/common/time/timestamp.h"
#include "services/events/calendar/event_calendar.h"

namespace schutznetz::events {
namespace {

constexpr size_t kSubjectTitleMax = 300;

using Days = std::array<const char*, 7>;
using Months = std::array<const char*, 12>;
constexpr Days kGermanDays = {"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"};
constexpr Days kEnglishDays = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr Months kGermanMonths = {"Januar", "Februar", "März",      "April",   "Mai",      "Juni",
                                  "Juli",   "August",  "September", "Oktober", "November", "Dezember"};
constexpr Months kEnglishMonths = {"January", "February", "March",     "April",   "May",      "June",
                                   "July",    "August",   "September", "October", "November", "December"};

struct Phrases {
  const char* subject;  // before the title
  const char* text;     // after the greeting
};

// In the order of LetterKind.
constexpr std::array<Phrases, 10> kGerman = {{
    {"Bitte bestätigen Sie Ihre Anmeldung",
     "jemand hat diese Adresse für die folgende Veranstaltung angemeldet. Waren Sie das, dann bestätigen Sie die "
     "Anmeldung innerhalb von 24 Stunden mit dem Link unten; erst dann bekommen Sie einen Platz. Waren Sie es nicht, "
     "dann brauchen Sie nichts zu tun: die Angaben werden gelöscht."},
    {"Anmeldung bestätigt", "Sie haben einen Platz in dieser Veranstaltung. Der Termin liegt als Kalenderdatei bei."},
    {"Warteliste",
     "im Moment ist kein Platz frei. Sie stehen auf der Warteliste und bekommen eine Nachricht, sobald "
     "ein Platz für Sie frei wird."},
    {"Ein Platz ist frei",
     "für Sie ist ein Platz frei geworden. Bitte nehmen Sie ihn bis zum unten genannten Zeitpunkt "
     "an oder lehnen Sie ihn ab; danach geht er an die nächste Person."},
    {"Anmeldung beendet", "Ihre Anmeldung zu dieser Veranstaltung ist beendet."},
    {"Ihr neuer Link", "hier ist Ihr neuer Link zu Ihrer Anmeldung. Der frühere gilt nicht mehr."},
    {"Änderung",
     "bei dieser Veranstaltung hat sich etwas geändert. Unten steht der neue Stand; die Kalenderdatei "
     "ersetzt den früheren Eintrag."},
    {"Abgesagt",
     "diese Veranstaltung findet nicht statt. Der Eintrag in Ihrem Kalender wird mit der beiliegenden Datei "
     "abgesagt."},
    {"Erinnerung",
     "diese Veranstaltung beginnt bald. Können Sie nicht kommen, dann geben Sie Ihren Platz bitte frei: "
     "andere warten vielleicht darauf."},
    {"Ihre Teilnahmebescheinigung",
     "Ihre Teilnahmebescheinigung liegt bei. Ihre Echtheit kann mit dem Code darauf "
     "geprüft werden."},
}};
constexpr std::array<Phrases, 10> kEnglish = {{
    {"Please confirm your registration",
     "somebody registered this address for the event below. If it was you, confirm within 24 hours by the link below; "
     "only then will you get a place. If it was not, there is nothing to do: the data will be deleted."},
    {"Registration confirmed", "you have a place at this event. The date is attached as a calendar file."},
    {"Waiting list",
     "no place is free at the moment. You are on the waiting list and will be told as soon as there is a "
     "place for you."},
    {"A place is free",
     "a place has become free for you. Please accept it by the time below, or decline it; afterwards "
     "it goes to the next person."},
    {"Registration ended", "your registration for this event has ended."},
    {"Your new link", "here is your new link to your registration. The earlier one is no longer valid."},
    {"Change",
     "something about this event has changed. Below is how it is now; the calendar file replaces the earlier "
     "entry."},
    {"Cancelled", "this event will not take place. The attached file cancels the entry in your calendar."},
    {"Reminder",
     "this event begins soon. If you cannot come, please give your place back: others may be waiting for "
     "it."},
    {"Your certificate of attendance",
     "your certificate of attendance is attached. It can be checked by the code on "
     "it."},
}};

bool IsEnglish(std::string_view language) { return language == "en"; }

const Phrases& PhrasesOf(LetterKind kind, std::string_view language) {
  return (IsEnglish(language) ? kEnglish : kGerman)[static_cast<size_t>(kind)];
}

std::string DayInWords(absl::CivilSecond time, std::string_view language) {
  const size_t weekday = static_cast<size_t>(absl::GetWeekday(absl::CivilDay(time)));
  const size_t month = static_cast<size_t>(time.month()) - 1;
  if (IsEnglish(language)) {
    return absl::StrCat(kEnglishDays[weekday], ", ", time.day(), " ", kEnglishMonths[month], " ", time.year());
  }
  return absl::StrCat(kGermanDays[weekday], ", ", time.day(), ". ", kGermanMonths[month], " ", time.year());
}

std::string TimeInWords(absl::CivilSecond time) {
  return absl::StrCat(absl::Dec(time.hour(), absl::kZeroPad2), ":", absl::Dec(time.minute(), absl::kZeroPad2));
}

const char* ClockWord(std::string_view language) { return IsEnglish(language) ? "" : " Uhr"; }

absl::TimeZone ZoneOfSession(const v1::Session& session) {
  absl::TimeZone zone;
  if (session.time_zone().empty() || !absl::LoadTimeZone(session.time_zone(), &zone)) {
    absl::LoadTimeZone("Europe/Berlin", &zone);
  }
  return zone;
}

bool HasPlace(const v1::Registration& registration) {
  return registration.state() == v1::Registration::CONFIRMED || registration.state() == v1::Registration::ATTENDED;
}

// The sessions that the person comes to, with place and way in.
std::string SessionsInWords(const LetterFacts& facts, std::string_view language, bool with_way_in) {
  std::string out;
  const auto& chosen = facts.registration.sessions();
  for (const v1::Session& session : facts.event.sessions()) {
    const bool is_chosen =
        chosen.empty() || std::find(chosen.begin(), chosen.end(), session.session_id()) != chosen.end();
    if (!is_chosen) continue;
    absl::StrAppend(&out, SpanInWords(session, language), "\n");
    if (const std::string title = TextIn(session.title(), language); !title.empty()) absl::StrAppend(&out, title, "\n");
    if (const std::string place = PlaceLine(session.place()); !place.empty()) absl::StrAppend(&out, place, "\n");
    if (with_way_in && !session.online_room().join_url().empty()) {
      absl::StrAppend(&out, "Online: ", session.online_room().join_url(), "\n");
      if (!session.online_room().join_note().empty()) absl::StrAppend(&out, session.online_room().join_note(), "\n");
    } else if (session.has_online_room()) {
      absl::StrAppend(&out, "Online\n");
    }
    out += "\n";
  }
  return out;
}

// What this kind of letter says beside the facts of the event.
std::string Particulars(LetterKind kind, const LetterFacts& facts, std::string_view language) {
  const v1::Registration& registration = facts.registration;
  const bool english = IsEnglish(language);
  if (kind == LetterKind::kWaitlisted && registration.waiting_position() > 0) {
    return absl::StrCat(english ? "Position on the waiting list: " : "Platz auf der Warteliste: ",
                        registration.waiting_position(), "\n\n");
  }
  if (kind == LetterKind::kOffered && registration.has_offer_expire_time()) {
    const v1::Session none;
    const absl::CivilSecond until = absl::ToCivilSecond(TimeOf(registration.offer_expire_time()), ZoneOfSession(none));
    return absl::StrCat(english ? "Until: " : "Bis: ", DayInWords(until, language), ", ", TimeInWords(until),
                        ClockWord(language), "\n\n");
  }
  if (kind == LetterKind::kEventCancelled) {
    const std::string reason = TextIn(facts.event.cancellation(), language);
    return reason.empty() ? "" : absl::StrCat(reason, "\n\n");
  }
  if (kind == LetterKind::kCancelled && registration.reason() == v1::Registration::OFFER_EXPIRED) {
    return english ? "The offered place was not taken in time.\n\n"
                   : "Der angebotene Platz wurde nicht rechtzeitig angenommen.\n\n";
  }
  return "";
}

std::string Footer(const LetterFacts& facts, std::string_view language) {
  const bool english = IsEnglish(language);
  std::string out;
  if (!facts.link.empty()) {
    absl::StrAppend(
        &out, english ? "Your registration (see, change, cancel):\n" : "Ihre Anmeldung (ansehen, ändern, absagen):\n",
        facts.link, "\n\n");
  }
  if (!facts.event.email().empty()) {
    absl::StrAppend(&out, english ? "Questions: " : "Fragen: ", facts.event.email(), "\n\n");
  }
  absl::StrAppend(&out, english ? "This message was sent automatically. Your data is deleted 90 days after the event.\n"
                                : "Diese Nachricht wurde automatisch verschickt. Ihre Angaben werden 90 Tage nach der "
                                  "Veranstaltung gelöscht.\n");
  return out;
}

std::string ShortTitle(std::string title) {
  std::replace(title.begin(), title.end(), '\n', ' ');
  if (title.size() <= kSubjectTitleMax) return title;
  size_t end = kSubjectTitleMax;
  while (end > 0 && (static_cast<unsigned char>(title[end]) & 0xC0) == 0x80) --end;
  return title.substr(0, end) + "…";
}

}  // namespace

std::string_view WordOf(LetterKind kind) {
  static constexpr std::array<std::string_view, 10> kWords = {
      "confirm_address", "confirmed",     "waitlisted",      "offered",  "cancelled",
      "new_link",        "event_changed", "event_cancelled", "reminder", "certificate"};
  return kWords[static_cast<size_t>(kind)];
}

std::string_view LetterLanguage(const v1::Registration& registration) {
  const std::string_view language = registration.language();
  return language == "en" || language.starts_with("en-") ? "en" : "de";
}

std::string SpanInWords(const v1::Session& session, std::string_view language) {
  const absl::TimeZone zone = ZoneOfSession(session);
  const absl::CivilSecond start = absl::ToCivilSecond(TimeOf(session.start_time()), zone);
  const absl::CivilSecond end = absl::ToCivilSecond(TimeOf(session.end_time()), zone);
  const std::string zone_note = zone.name() == "Europe/Berlin" ? "" : absl::StrCat(" (", zone.name(), ")");
  std::string span = absl::StrCat(DayInWords(start, language), ", ", TimeInWords(start));
  if (absl::CivilDay(start) == absl::CivilDay(end)) {
    return absl::StrCat(span, "–", TimeInWords(end), ClockWord(language), zone_note);
  }
  return absl::StrCat(span, ClockWord(language), IsEnglish(language) ? " to " : " bis ", DayInWords(end, language),
                      ", ", TimeInWords(end), ClockWord(language), zone_note);
}

LetterText TextOfLetter(LetterKind kind, const LetterFacts& facts) {
  const std::string_view language = LetterLanguage(facts.registration);
  const Phrases& phrases = PhrasesOf(kind, language);
  const std::string title = TitleIn(facts.event, language);
  const bool with_way_in =
      HasPlace(facts.registration) && kind != LetterKind::kCancelled && kind != LetterKind::kEventCancelled;
  LetterText letter;
  letter.subject = absl::StrCat(phrases.subject, ": ", ShortTitle(title));
  letter.text = absl::StrCat(IsEnglish(language) ? "Hello,\n\n" : "Guten Tag,\n\n", phrases.text, "\n\n", title, "\n\n",
                             SessionsInWords(facts, language, with_way_in), Particulars(kind, facts, language),
                             Footer(facts, language));
  return letter;
}

}  // namespace schutznetz::events
