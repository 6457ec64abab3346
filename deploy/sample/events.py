"""The sample's events: sixty, over all Länder and the year 2027, of every type, invented as everything here."""
import datetime
import random
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
TOPICS = (
    ("Kinderhandel erkennen", "Spotting trafficking in children", ["Identifizierung", "Menschenhandel"],
     "Wie Fachkräfte Anzeichen von Handel und Ausbeutung erkennen und wen sie dann anrufen."),
    ("Loverboy-Methode: Prävention und Ausstieg", "The lover boy method", ["Loverboy-Methode", "Prävention"],
     "Wie Täter Bindungen aufbauen, und wie Jugendhilfe und Beratung beim Ausstieg helfen."),
    ("Minderjährige in der Bettelei und beim Diebstahl", "Minors in begging and theft", ["Bettelei", "Zwangskriminalität"],
     "Kinder, die zu Straftaten gezwungen werden, sind Betroffene: Verfahren, Schutz, Zuständigkeiten."),
    ("Unbegleitete Kinder auf der Flucht schützen", "Protecting unaccompanied children", ["Flucht", "Vormundschaft"],
     "Aufnahme, Clearing und Vormundschaft, wenn ein Verdacht auf Ausbeutung besteht."),
    ("Digitale Anbahnung", "Online grooming", ["Grooming", "Medien"],
     "Kontakte im Netz, Beweissicherung ohne Inhalte weiterzugeben, Gespräch mit Jugendlichen und Eltern."),
    ("Kinderschutz und Strafverfahren", "Child protection and criminal proceedings", ["Prozessbegleitung", "Vernehmung"],
     "Kindgerechte Verfahren: Vernehmung, Begleitung, Zusammenarbeit der Behörden."),
    ("Medizinische Erstversorgung und Dokumentation", "Medical care and records", ["Spurensicherung", "Traumatherapie"],
     "Untersuchen, dokumentieren, schützen: Abläufe in Klinik und Praxis."),
    ("Das Kooperationskonzept im Land umsetzen", "Putting the cooperation concept to work", ["Kooperation", "Netzwerk"],
     "Runde Tische, Zuständigkeiten und Meldewege im eigenen Land."),
)
TYPES = (("SPECIALIST_CONFERENCE", "Fachtagung"), ("WORKSHOP", "Workshop"), ("SEMINAR", "Seminar"), ("WEBINAR", "Webinar"),
         ("COURSE", "Kurs"), ("ROUND_TABLE", "Runder Tisch"), ("CASE_DISCUSSION", "Fallbesprechung"))
AUDIENCES = ([], ["YOUTH_WELFARE", "COUNSELLING"], ["POLICE", "PROSECUTION", "JUDICIARY"], ["HEALTH"], ["EDUCATION", "YOUTH_WELFARE"],
             ["MIGRATION", "GUARDIANSHIP"])
SESSIONS_OF = {"SPECIALIST_CONFERENCE": (2, 9, 7), "WORKSHOP": (1, 9, 7), "SEMINAR": (2, 9, 6), "WEBINAR": (1, 13, 2),
               "COURSE": (4, 15, 3), "ROUND_TABLE": (1, 10, 4), "CASE_DISCUSSION": (1, 14, 2)}  # days, begin, hours


def session(day, begin, hours, place, online, number):
    start = datetime.datetime.combine(day, datetime.time(begin), BERLIN)
    made = {"sessionId": f"tag-{number}-{day:%Y%m%d}", "startTime": start.isoformat(),
            "endTime": (start + datetime.timedelta(hours=hours)).isoformat(), "timeZone": "Europe/Berlin"}
    if place:
        made["place"] = {"displayName": f"Musterhaus {place['city']}", "street": "Musterstraße 1", "postcode": place["postcode"],
                         "city": place["city"], "areaKey": place["kreis"], "room": "Saal 1, barrierefrei"}
    if online:
        made["onlineRoom"] = {"platform": "BigBlueButton", "joinUrl": f"https://raum.example.org/muster-{day:%Y%m%d}"}
    return made


def admission(kind, number):
    capacity = {"SPECIALIST_CONFERENCE": 180, "WEBINAR": 300, "COURSE": 24}.get(kind, 30)
    made = {"capacity": capacity, "waitingListPolicy": ("STRICT_ORDER", "FILL_SEATS")[number % 2]}
    if kind == "SPECIALIST_CONFERENCE":
        made["quotas"] = [{"profession": "POLICE", "capacity": capacity // 3}, {"profession": "JUDICIARY", "capacity": capacity // 4}]
    return made


def make(by_land, lands, network_of, slug, german):
    """The records, in the order in which they load."""
    rng = random.Random(20270101)
    records = []
    order = [land for _ in range(4) for land in by_land][:60]
    for number, land in enumerate(order):
        kind, kind_name = TYPES[number % len(TYPES)]
        title, english, topics, text = TOPICS[(number * 3 + number // 8) % len(TOPICS)]
        place = by_land[land][number // len(by_land) % len(by_land[land])]
        online = kind == "WEBINAR" or number % 5 == 0
        on_site = kind != "WEBINAR" and number % 10 != 5
        day = datetime.date(2027, 1, 11) + datetime.timedelta(days=number * 59 // 10)
        while day.weekday() > 3:
            day += datetime.timedelta(days=1)
        days, begin, hours = SESSIONS_OF[kind]
        step = 7 if kind == "COURSE" else 1
        sessions = [session(day + datetime.timedelta(days=step * i), begin, hours, place if on_site else None, online or not on_site, i + 1)
                    for i in range(days)]
        name, city = f"{kind_name}: {title}", by_land[land][number // len(by_land) % len(by_land[land])]["city"]
        record = {"name": f"events/{slug(f'{kind_name} {city}')}-{day:%Y-%m}-{number + 1:02d}", "displayName": f"{name} ({city})",
                  "title": german(name, en=f"{english} ({kind.replace('_', ' ').lower()})"),
                  "description": german(f"{text} Erfundene Veranstaltung.", en="Invented event."), "type": kind, "state": "PUBLISHED",
                  "land": f"lands/DE-{land}", "organizer": f"organizations/koordinierung-{slug(lands[land][1])}",
                  "coOrganizers": [f"organizations/jugendamt-{slug(by_land[land][0]['city'])}"], "series": title if number % 2 else "Fachtage Kinderschutz",
                  "sessions": sessions, "audience": AUDIENCES[number % len(AUDIENCES)], "languages": ["de"] + (["en"] if number % 6 == 0 else []),
                  "topics": topics, "fee": german(("kostenfrei", "40 Euro, ermäßigt 20 Euro", "120 Euro mit Verpflegung")[number % 3]),
                  "accessibility": german("Stufenlos; Gebärdensprache auf Anfrage."), "admission": admission(kind, number),
                  "email": f"fortbildung-{slug(lands[land][1])}@example.org"}
        if land in network_of:
            record["network"] = network_of[land]
        if kind in ("WORKSHOP", "SEMINAR", "COURSE", "WEBINAR"):
            record["certificate"] = {"attendancePercent": 80, "teachingUnits": days * hours, "content": german(text)}
        if kind == "CASE_DISCUSSION" and land in network_of:
            # Colleagues among themselves; such a name must not tell anything.
            record["protection"] = "NETWORK"
            record["name"] = "events/" + "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=1) + rng.choices("abcdefghijklmnopqrstuvwxyz234567", k=26))
        if kind == "COURSE" and number % 4 == 0:
            record.pop("sessions")
            record.update(selfPaced=True, availableFrom="2027-01-01T00:00:00+01:00", availableUntil="2027-12-31T23:00:00+01:00",
                          courseRoom={"platform": "Moodle", "joinUrl": f"https://kurs.example.org/muster-{number}"})
        records.append(record)
    return records
