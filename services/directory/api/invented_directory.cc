#include "services/directory/api/invented_directory.h"

#include <string_view>

#include "absl/strings/str_cat.h"

namespace schutznetz::directory {
namespace {

constexpr char kOffice[] =
    "schedules { byday: MO byday: TU byday: WE byday: TH byday: FR opens_at: '09:00' closes_at: '16:00' } ";
constexpr char kAlways[] = "schedules { opens_at: '00:00' closes_at: '24:00' holiday_policy: OPEN_ON_HOLIDAYS } ";
constexpr char kOnCall[] =
    "schedules { type: ON_CALL byday: MO byday: TU byday: WE byday: TH byday: FR byday: SA byday: SU opens_at: '16:00' "
    "closes_at: '09:00' holiday_policy: OPEN_ON_HOLIDAYS } ";

struct InventedOrganization {
  const char* id;
  const char* name;
  const char* land;  // empty: nationwide
  bool authority;
};

constexpr InventedOrganization kOrganizations[] = {
    {"koeln-lichtblick", "Fachstelle Lichtblick Köln", "DE-NW", false},
    {"muenster-rueckenwind", "Rückenwind Münster", "DE-NW", false},
    {"muenster-jugendamt", "Stadt Münster, Amt für Kinder, Jugendliche und Familien", "DE-NW", true},
    {"muenster-polizei", "Polizeipräsidium Münster", "DE-NW", true},
    {"berlin-zentrum", "Kinderschutz-Zentrum Neukölln (Muster)", "DE-BE", false},
    {"brandenburg-jugendamt", "Stadt Brandenburg an der Havel", "DE-BB", true},
    {"kyritz-familien", "Familienhilfe Ostprignitz", "DE-BB", false},
    {"hamburg-anker", "Ankerplatz Hamburg", "DE-HH", false},
    {"muenchen-lka", "Landeskriminalamt Bayern (Muster)", "DE-BY", true},
    {"muenchen-maedchen", "Mädchenhaus München (Muster)", "DE-BY", false},
    {"nuernberg-wege", "Neue Wege Nürnberg", "DE-BY", false},
    {"dresden-kompass", "Kompass Sachsen", "DE-SN", false},
    {"saarbruecken-bruecke", "Brücke Saarbrücken", "DE-SL", false},
    {"bund-kummer", "Kummernummer Musterverein", "", false},
    {"bund-medizin", "Medizinischer Kinderschutz (Muster)", "", false},
    {"bund-zoll", "Zollverwaltung (Muster)", "", true},
};

struct InventedPlace {
  const char* id;
  const char* organization;
  const char* name;
  const char* city;
  const char* kreis;
  double latitude;
  double longitude;
};

constexpr InventedPlace kPlaces[] = {
    {"haus-koeln", "koeln-lichtblick", "Haus am Dom", "Köln", "05315", 50.941, 6.958},
    {"haus-muenster", "muenster-rueckenwind", "Haus Aasee", "Münster", "05515", 51.955, 7.612},
    {"stadthaus-muenster", "muenster-jugendamt", "Stadthaus", "Münster", "05515", 51.961, 7.628},
    {"praesidium-muenster", "muenster-polizei", "Präsidium", "Münster", "05515", 51.948, 7.635},
    {"haus-neukoelln", "berlin-zentrum", "Haus Rixdorf", "Berlin", "11000", 52.476, 13.441},
    {"rathaus-brandenburg", "brandenburg-jugendamt", "Rathaus", "Brandenburg an der Havel", "12051", 52.412, 12.556},
    {"haus-kyritz", "kyritz-familien", "Alte Schule", "Kyritz", "12068", 52.943, 12.397},
    {"haus-hamburg", "hamburg-anker", "Hafenhaus", "Hamburg", "02000", 53.551, 9.966},
    {"haus-hamburg-sued", "hamburg-anker", "Haus Harburg", "Hamburg", "02000", 53.461, 9.983},
    {"haus-muenchen", "muenchen-maedchen", "Haus Isar", "München", "09162", 48.135, 11.575},
    {"haus-nuernberg", "nuernberg-wege", "Haus Pegnitz", "Nürnberg", "09564", 49.452, 11.077},
    {"haus-dresden", "dresden-kompass", "Haus Elbe", "Dresden", "14612", 51.050, 13.737},
    {"haus-saarbruecken", "saarbruecken-bruecke", "Haus Saar", "Saarbrücken", "10041", 49.240, 6.996},
};

struct InventedService {
  const char* id;
  const char* organization;
  const char* name;
  const char* kind;
  const char* area;
  const char* places;  // ids, separated by blanks
  const char* topics;  // separated by bars
  const char* description;
  const char* more;  // text format
  const char* hours;
};

constexpr InventedService kServices[] = {
    {"koeln-beratung", "koeln-lichtblick", "Fachberatung bei Menschenhandel", "COUNSELLING", "05315", "haus-koeln",
     "Loverboy|Zwangsprostitution", "Begleitet junge Menschen zu Gericht und Behörden. Mit Dolmetschern.",
     "forms: SEXUAL_EXPLOITATION languages: 'de' languages: 'ro' interpreted_languages: 'bg'", kOffice},
    {"koeln-prozess", "koeln-lichtblick", "Psychosoziale Prozessbegleitung", "COUNSELLING", "05315", "haus-koeln",
     "Gerichtsverfahren", "Unterstützt kindliche Zeuginnen und Zeugen vor Gericht.", "languages: 'de'", kOffice},
    {"muenster-beratung", "muenster-rueckenwind", "Beratung gegen sexualisierte Gewalt", "COUNSELLING", "05515",
     "haus-muenster", "Missbrauch|Cybergrooming", "Beratungsstelle für Kinder, Jugendliche und Bezugspersonen.",
     "forms: SEXUALISED_VIOLENCE forms: ONLINE_GROOMING languages: 'de' anonymous: true", kOffice},
    {"muenster-jugendamt-schutz", "muenster-jugendamt", "Jugendamt Münster, Kinderschutz", "YOUTH_OFFICE", "05515",
     "stadthaus-muenster", "Inobhutnahme|Kindeswohlgefährdung", "Nimmt Meldungen entgegen und berät Fachkräfte.",
     "languages: 'de'", kOnCall},
    {"muenster-kripo", "muenster-polizei", "Kriminalkommissariat Menschenhandel", "POLICE", "05515",
     "praesidium-muenster", "Strafanzeige", "Ermittelt bei Menschenhandel und Ausbeutung.", "languages: 'de'", kAlways},
    {"neukoelln-beratung", "berlin-zentrum", "Familienberatung Neukölln", "COUNSELLING", "11", "haus-neukoelln",
     "Elternberatung", "Beratung für Familien, auch auf Arabisch und Türkisch.",
     "languages: 'de' languages: 'ar' languages: 'tr'", kOffice},
    {"neukoelln-strasse", "berlin-zentrum", "Straßensozialarbeit", "COUNSELLING", "11", "haus-neukoelln",
     "Straßenkinder|Bettelei", "Aufsuchende Arbeit mit Kindern, die betteln müssen.",
     "forms: BEGGING channels: OUTREACH languages: 'de' languages: 'ro'", kOffice},
    {"brandenburg-jugendamt-schutz", "brandenburg-jugendamt", "Jugendamt Brandenburg an der Havel", "YOUTH_OFFICE",
     "12051", "rathaus-brandenburg", "Inobhutnahme", "Allgemeiner Sozialer Dienst.", "languages: 'de'", kOffice},
    {"kyritz-beratung", "kyritz-familien", "Erziehungs- und Familienberatung", "COUNSELLING", "12068", "haus-kyritz",
     "Trennung", "Ländlicher Raum: wir kommen auch nach Hause.", "channels: OUTREACH languages: 'de'", kOffice},
    {"hamburg-arbeit", "hamburg-anker", "Beratung bei Arbeitsausbeutung", "COUNSELLING", "02",
     "haus-hamburg haus-hamburg-sued", "Lohnraub|Hafenarbeit", "Für minderjährige Auszubildende und Geflüchtete.",
     "forms: LABOUR_EXPLOITATION languages: 'de' languages: 'en'", kOffice},
    {"hamburg-zwang", "hamburg-anker", "Beratung bei Zwangsverheiratung", "COUNSELLING", "02", "haus-hamburg",
     "Zwangsheirat|Ehre", "Schutz und Begleitung für Mädchen und Jungen.", "forms: FORCED_MARRIAGE languages: 'de'",
     kOffice},
    {"bayern-lka", "muenchen-lka", "Zentralstelle Menschenhandel", "POLICE", "09", "", "Zeugenschutz",
     "Zentrale Stelle des Landes für Kinderhandel und Organhandel.", "forms: ORGAN_REMOVAL languages: 'de'", kAlways},
    {"muenchen-wohnen", "muenchen-maedchen", "Zuflucht für Mädchen", "SHELTER", "09", "haus-muenchen",
     "Wohngruppe|Schutzstelle", "Aufnahme rund um die Uhr.", "minimum_age: 12 maximum_age: 21 languages: 'de'",
     kAlways},
    {"muenchen-online", "muenchen-maedchen", "Onlineberatung", "COUNSELLING", "09", "haus-muenchen", "Chat|Sexting",
     "Beratung im Netz, vertraulich.",
     "forms: ONLINE_GROOMING channels: CHAT chat_url: 'https://chat.example.org' languages: 'de' languages: 'en'",
     kOffice},
    {"nuernberg-ausstieg", "nuernberg-wege", "Ausstiegsberatung", "COUNSELLING", "09564", "haus-nuernberg",
     "Prostitution", "Wege aus der Zwangslage.", "advises_minors: NO languages: 'de' languages: 'hu'", kOffice},
    {"nuernberg-therapie", "nuernberg-wege", "Traumatherapie für Kinder", "HEALTH", "09564", "haus-nuernberg",
     "Trauma|Psychotherapie", "Kinder- und Jugendlichenpsychotherapeutinnen.", "languages: 'de'", kOffice},
    {"dresden-beratung", "dresden-kompass", "Fachberatungsstelle Ausbeutung", "COUNSELLING", "14", "haus-dresden",
     "Strafzwang|Ladendiebstahl", "Hilft, wenn Kinder zu Straftaten gezwungen werden.",
     "forms: CRIMINAL_ACTIVITIES languages: 'de' languages: 'cs'", kOffice},
    {"dresden-schutzwohnung", "dresden-kompass", "Schutzwohnung Sachsen", "SHELTER", "14", "wohnung-dresden",
     "Schutzplatz", "Sichere Unterkunft, Aufnahme nach Anruf.", "address_protection: RESTRICTED languages: 'de'",
     kAlways},
    {"saarbruecken-beratung", "saarbruecken-bruecke", "Migrationsberatung für junge Geflüchtete", "COUNSELLING", "10",
     "haus-saarbruecken", "Vormundschaft|Asyl", "Unbegleitete minderjährige Ausländer und ihre Vormünder.",
     "languages: 'de' languages: 'fr' professions: GUARDIAN", kOffice},
    {"bund-kummernummer", "bund-kummer", "Kummernummer für Kinder und Jugendliche", "HOTLINE", "00", "",
     "Sorgentelefon", "Jemand hört zu.", "languages: 'de' anonymous: true", kOffice},
    {"bund-elterntelefon", "bund-kummer", "Elterntelefon", "HOTLINE", "00", "", "Erziehung", "Für Mütter und Väter.",
     "advises_minors: NO minimum_age: 18 languages: 'de'", kOffice},
    {"bund-hilfetelefon", "bund-kummer", "Hilfetelefon rund um die Uhr", "HOTLINE", "00", "", "Krise",
     "Tag und Nacht erreichbar.", "languages: 'de'", kAlways},
    {"bund-medizin-linie", "bund-medizin", "Medizinische Kinderschutzlinie", "HOTLINE", "00", "",
     "Verletzung|Kinderärztin", "Für Ärztinnen, Pflegekräfte und Rettungsdienst.",
     "professions: HEALTH_PROFESSIONAL languages: 'de'", kAlways},
    {"bund-schwarzarbeit", "bund-zoll", "Finanzkontrolle Schwarzarbeit", "CUSTOMS_LABOUR", "00", "", "Kinderarbeit",
     "Prüft Betriebe.", "forms: LABOUR_EXPLOITATION languages: 'de'", kOffice},
};

template <typename Visit>
void Split(std::string_view text, char by, Visit visit) {
  while (!text.empty()) {
    const size_t end = text.find(by);
    visit(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
}

void MakePlaces(Reading& reading) {
  for (const InventedPlace& place : kPlaces) {
    reading.Make<v1::Location>(
        place.id,
        absl::StrCat("organization: 'organizations/", place.organization, "' display_name: '", place.name,
                     "' kreis_key: '", place.kreis, "' address { street: 'Musterstraße 7' city: '", place.city,
                     "' } point { latitude: ", place.latitude, " longitude: ", place.longitude, " }"));
  }
  reading.Make<v1::Location>(
      "wohnung-dresden",
      "organization: 'organizations/dresden-kompass' display_name: 'Wohnung' kreis_key: '14612' "
      "area_key: '14612000' "
      "address { street: 'Geheimweg 3' city: 'Dresden' } point { latitude: 51.09 longitude: 13.83 } "
      "address_protection: RESTRICTED");
}

// Of a withheld address the number must not tell the place either.
std::string NumberOf(const InventedService& service, int number) {
  const bool withheld = std::string_view(service.more).find("address_protection") != std::string_view::npos;
  return withheld ? "+4917604069012" : absl::StrCat("+493023125", 100 + number);
}

void MakeService(Reading& reading, const InventedService& service, int number) {
  std::string text =
      absl::StrCat("organization: 'organizations/", service.organization, "' display_name: '", service.name,
                   "' kind: ", service.kind, " service_areas { area_key: '", service.area,
                   "' } description { translations { language_code: 'de' text: '", service.description,
                   "' } } phones { number: '", NumberOf(service, number), "' } ", service.more, " ", service.hours);
  if (std::string_view(service.more).find("advises_minors") == std::string_view::npos) text += " advises_minors: YES";
  Split(service.topics, '|', [&](std::string_view topic) { text += " topics: '" + std::string(topic) + "'"; });
  const std::string organization = service.organization;
  for (const InventedOrganization& known : kOrganizations) {
    if (known.id == organization && *known.land != '\0') absl::StrAppend(&text, " land: 'lands/", known.land, "'");
  }
  reading.Make<v1::Service>(service.id, text);
  int count = 0;
  Split(service.places, ' ', [&](std::string_view place) {
    reading.Make<v1::ServiceAtLocation>(
        absl::StrCat(service.id, "-in-", ++count),
        absl::StrCat("service: 'services/", service.id, "' location: 'locations/", std::string(place), "'"));
  });
}

}  // namespace

void MakeInventedDirectory(Reading& reading) {
  for (const InventedOrganization& organization : kOrganizations) {
    std::string text = absl::StrCat("display_name: '", organization.name, "'");
    if (*organization.land != '\0') absl::StrAppend(&text, " land: 'lands/", organization.land, "'");
    if (organization.authority) text += " authority: true";
    reading.Make<v1::Organization>(organization.id, text);
  }
  MakePlaces(reading);
  int number = 0;
  for (const InventedService& service : kServices) MakeService(reading, service, ++number);
  reading.Make<v1::Network>("netz-muenster",
                            "display_name: 'Runder Tisch Münster' lands: 'lands/DE-NW' area_keys: '05515' "
                            "founding_date: '2011-05-01' participants: 'organizations/muenster-jugendamt' "
                            "participants: 'organizations/muenster-polizei'");
}

}  // namespace schutznetz::directory
