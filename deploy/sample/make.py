#!/usr/bin/env python3
"""Makes the sample data: invented records that say so ("Musterstelle"), in the order in which they load.

Phone numbers come from the ranges that the Bundesnetzagentur keeps for media productions, mail from example.org; only the
nationwide public help lines are real, with the hours they publish. Same input, same output: tests/check/sample compares.
Usage: make.py [OUTDIR]; one NDJSON file per collection.
"""
import json
import os
import random
import re
import sys

sys.dont_write_bytecode = True
import events  # noqa: E402  (beside this file)
import publications  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
LANDS = {
    "SH": ("01", "Schleswig-Holstein"), "HH": ("02", "Hamburg"), "NI": ("03", "Niedersachsen"), "HB": ("04", "Bremen"),
    "NW": ("05", "Nordrhein-Westfalen"), "HE": ("06", "Hessen"), "RP": ("07", "Rheinland-Pfalz"),
    "BW": ("08", "Baden-Württemberg"), "BY": ("09", "Bayern"), "SL": ("10", "Saarland"), "BE": ("11", "Berlin"),
    "BB": ("12", "Brandenburg"), "MV": ("13", "Mecklenburg-Vorpommern"), "SN": ("14", "Sachsen"),
    "ST": ("15", "Sachsen-Anhalt"), "TH": ("16", "Thüringen"),
}
MEDIA_RANGES = ("+493023125", "+494066969", "+496990009", "+492214710", "+498999998")
SHELTER_LANDS = ("NW", "BY", "BE", "NI", "SN", "HE")
WITHHELD_LANDS = ("HH", "BW", "RP", "SH", "TH", "BB")
LANGUAGES = ("en", "ro", "bg", "ar", "uk", "sq", "hu", "pl", "tr", "ru", "fr", "es", "sr", "vi")
random.seed(20261121)
out = {k: [] for k in ("organizations", "locations", "networks", "services", "serviceAtLocations")}
phones_given = 0


def phone(description="", **more):
    """The next number of the media ranges, in turn."""
    global phones_given
    number = f"{MEDIA_RANGES[phones_given % 5]}{phones_given // 5:03d}"
    phones_given += 1
    return {"number": number, "type": "VOICE", **({"description": description} if description else {}), **more}


def slug(text):
    text = text.lower()
    for a, b in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = text.replace(a, b)
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:63].rstrip("-")


def german(text, **others):
    translations = [{"languageCode": "de", "text": text}]
    translations += [{"languageCode": code, "text": t} for code, t in others.items()]
    return {"translations": translations}


def hours(days, opens, closes, kind="OPENING", holidays="CLOSED_ON_HOLIDAYS"):
    return {"type": kind, "byday": days.split(), "opensAt": opens, "closesAt": closes, "holidayPolicy": holidays}


WEEKDAYS = "MO TU WE TH FR"
OFFICE = [hours("MO TU WE TH", "08:00", "16:00"), hours("FR", "08:00", "12:30")]
ALWAYS = [hours("", "00:00", "24:00", holidays="OPEN_ON_HOLIDAYS")]
ALWAYS_ON_CALL = [hours("", "00:00", "24:00", "ON_CALL", "OPEN_ON_HOLIDAYS")]
NIGHTS = [hours("MO TU WE TH", "16:00", "08:00", "ON_CALL", "OPEN_ON_HOLIDAYS"),
          hours("FR SA SU", "12:30", "08:00", "ON_CALL", "OPEN_ON_HOLIDAYS")]
EVENINGS = [hours(WEEKDAYS, "16:00", "22:00", "ON_CALL", "OPEN_ON_HOLIDAYS")]
WEEKENDS = [hours("SA SU", "10:00", "18:00", "ON_CALL", "OPEN_ON_HOLIDAYS"),
            hours("", "10:00", "18:00", "ON_CALL", "ONLY_ON_HOLIDAYS")]


def organization(ident, name, land, **more):
    record = {"name": f"organizations/{ident}", "displayName": name, **({"land": f"lands/DE-{land}"} if land else {}),
              "email": f"{ident[:40].rstrip('-')}@example.org", **more}
    out["organizations"].append(record)
    return record["name"]


def location(ident, owner, place, number, **more):
    record = {"name": f"locations/{ident}", "organization": owner, "displayName": f"Musterhaus {place['city']}",
              "address": {"street": f"Musterstraße {number}", "postcode": place["postcode"], "city": place["city"]},
              "point": {"latitude": place["lat"], "longitude": place["lon"]},
              "kreisKey": place["kreis"], "areaKey": place["area"], **more}
    out["locations"].append(record)
    return record["name"]


def service(ident, owner, name, kind, text, land="", areas=(), at=None, **more):
    record = {"name": f"services/{ident}", "organization": owner, "displayName": name, "kind": kind,
              "description": german(text), **({"land": f"lands/DE-{land}"} if land else {}),
              **({"serviceAreas": [{"areaKey": a} for a in areas]} if areas else {}), **more}
    out["services"].append(record)
    if at:
        # The id of a hidden record tells nothing, so nothing is added to it.
        here = ident if "protection" in more else f"{ident[:60]}-at"
        out["serviceAtLocations"].append({"name": f"serviceAtLocations/{here}",
                                          "service": record["name"], "location": at})
    return record["name"]


def places():
    by_land = {land: [] for land in LANDS}
    with open(os.path.join(HERE, "places.tsv"), encoding="utf-8") as file:
        for line in file:
            if line.startswith("#"):
                continue
            land, kreis, area, city, postcode, lat, lon = line.rstrip("\n").split("\t")
            by_land[land].append(dict(land=land, kreis=kreis, area=area, city=city, postcode=postcode, lat=float(lat),
                                      lon=float(lon)))
    return by_land


def youth_office(place, index):
    """One youth office per place. Their on-call duty leaves the holes that real ones leave."""
    city, ident = place["city"], "jugendamt-" + slug(place["city"])
    municipal = "-" in place["area"] or (place["land"] == "NW" and place["kreis"] == "05754")
    key = place["area"] if municipal else place["kreis"]
    owner = organization(ident, f"Jugendamt {city} (Musterstelle)", place["land"], authority=True, legalStatus="Kommune",
                         description=german(f"Jugendamt für {city} und Umgebung. Erfundener Eintrag."))
    at = location(ident, owner, place, 10 + index)
    duty = (NIGHTS, EVENINGS, NIGHTS, WEEKENDS, [])[index % 5] if city != "Münster" else NIGHTS
    lines = [phone("Kinderschutz, Meldungen nach § 8a SGB VIII")]
    lines += [phone("Bereitschaftsdienst", schedules=duty)] if duty else []
    service(f"{ident}-kinderschutz", owner, f"Kinderschutz im Jugendamt {city} (Musterstelle)", "YOUTH_OFFICE",
            "Nimmt Meldungen über gefährdete Kinder entgegen, berät Fachkräfte und nimmt Kinder in Obhut.", place["land"],
            [key], at, phones=lines, schedules=OFFICE + duty, advisesMinors="YES", channels=["PHONE", "MAIL", "ON_SITE"],
            topics=["Inobhutnahme", "Kindeswohlgefährdung"], languages=["de"], anonymous=True)


def police(land, spots):
    key, name = LANDS[land]
    ident = "polizei-" + slug(name)
    owner = organization(ident, f"Polizei {name} (Musterstelle)", land, authority=True, legalStatus="Land",
                         description=german(f"Polizeidienststellen in {name}. Erfundener Eintrag."))
    at = location(ident, owner, spots[0], 1)
    service(f"{ident}-lka", owner, f"Landeskriminalamt {name}, Menschenhandel (Musterstelle)", "POLICE",
            "Ermittlungen bei Menschenhandel und Ausbeutung von Kindern, Ansprechstelle für Behörden im ganzen Land.", land,
            [key], at, phones=[phone("Ansprechstelle Menschenhandel")], schedules=OFFICE, advisesMinors="YES",
            forms=["SEXUAL_EXPLOITATION", "LABOUR_EXPLOITATION", "BEGGING", "CRIMINAL_ACTIVITIES"], channels=["PHONE", "MAIL"],
            professionalPhones=[phone("Nur für Behörden", schedules=ALWAYS_ON_CALL)], topics=["Menschenhandel", "Loverboy"])
    for number, spot in enumerate(spots):
        area = spot["area"] if "-" in spot["area"] else spot["kreis"]
        hours_here = ALWAYS_ON_CALL if number % 3 != 2 else [hours(WEEKDAYS, "06:00", "22:00", "ON_CALL")]
        service(f"kriminaldauerdienst-{slug(spot['city'])}", owner, f"Kriminaldauerdienst {spot['city']} (Musterstelle)",
                "POLICE", "Kriminalpolizei: erste Maßnahmen, Schutz, Spurensicherung.", land, [area],
                phones=[phone("Wache")], schedules=hours_here, advisesMinors="YES", channels=["PHONE"])


def counselling(land, spots, network):
    key, name = LANDS[land]
    for number, spot in enumerate(spots[:2]):
        city, ident = spot["city"], f"fachberatung-{slug(spot['city'])}"
        withheld = land in WITHHELD_LANDS and number == 0
        owner = organization(ident, f"Musterstelle {city} e. V.", land, legalStatus="e. V.",
                             website=f"https://{ident[:50].rstrip('-')}.example.org",
                             description=german(f"Spezialisierte Fachberatungsstelle in {city}. Erfundener Eintrag.",
                                                en=f"Specialised counselling centre in {city}. Invented entry."))
        protected = {"addressProtection": "NETWORK"} if withheld else {}
        at = location(ident, owner, spot, 20 + number, **protected)
        minors = ("YES", "UNKNOWN")[number] if land not in ("SL", "HB") else ("YES", "NO")[number]
        duty = WEEKENDS if land in ("NW", "BE", "HH", "BY", "HE", "SN") else []
        service(f"{ident}-beratung", owner, f"Fachberatung bei Menschenhandel, Musterstelle {city}", "COUNSELLING",
                "Berät Betroffene von Menschenhandel und Ausbeutung, begleitet zu Behörden, vermittelt Schutz und Therapie. "
                "Kinderschutzfachkräfte beraten Fachleute auch anonym.", land, [key] if number == 0 else [], at,
                phones=[phone("Beratung")], schedules=[hours("MO TU TH FR", "09:00", "17:00"), hours("WE", "13:00", "19:00")] + duty,
                advisesMinors=minors, channels=["PHONE", "MAIL", "CHAT", "ON_SITE"] if number == 0 else ["PHONE", "OUTREACH"],
                chatUrl=f"https://chat.example.org/{ident}" if number == 0 else "",
                forms=["SEXUAL_EXPLOITATION", "FORCED_MARRIAGE", "SERVITUDE"] if number == 0 else ["LABOUR_EXPLOITATION", "BEGGING"],
                topics=["Loverboy-Methode", "Prozessbegleitung"] if number == 0 else ["Arbeitsausbeutung", "Bettelei"],
                languages=["de", "en"], interpretedLanguages=random.sample(LANGUAGES[1:], 5), fees="kostenlos", anonymous=True,
                **({"networks": [network]} if network else {}), **protected)


def land_services(land, spots):
    key, name = LANDS[land]
    spot, ident = spots[-1], slug(name)
    justice = organization(f"justiz-{ident}", f"Justiz {name} (Musterstelle)", land, authority=True, legalStatus="Land",
                           description=german(f"Gerichte und Staatsanwaltschaften in {name}. Erfundener Eintrag."))
    at = location(f"justiz-{ident}", justice, spots[0], 3)
    service(f"staatsanwaltschaft-{ident}", justice, f"Schwerpunktstaatsanwaltschaft Menschenhandel {name} (Musterstelle)",
            "PROSECUTION", "Führt Ermittlungsverfahren wegen Menschenhandels, Zwangsprostitution und Ausbeutung.", land, [key],
            at, phones=[phone("Geschäftsstelle"), phone("Bereitschaft", schedules=EVENINGS)], schedules=OFFICE + EVENINGS,
            channels=["PHONE", "MAIL"], advisesMinors="UNKNOWN", professions=["POLICE_OFFICER", "JUSTICE", "YOUTH_WELFARE"])
    if land in ("NW", "BY", "NI", "BE", "SN", "BW"):
        service(f"familiengericht-{ident}", justice, f"Familiengericht, Eildienst {name} (Musterstelle)", "COURT",
                "Eilentscheidungen zu Sorgerecht und Inobhutnahme.", land, [key], at, phones=[phone("Eildienst")],
                schedules=OFFICE + WEEKENDS, channels=["PHONE"], advisesMinors="YES")
    coordination = organization(f"koordinierung-{ident}", f"Koordinierungsstelle Kinderhandel {name} (Musterstelle)", land,
                                legalStatus="Land", description=german("Koordiniert die Zusammenarbeit der Stellen im Land. Erfunden."))
    service(f"koordinierung-{ident}", coordination, f"Koordinierungsstelle gegen Kinderhandel {name} (Musterstelle)",
            "COORDINATION", "Vermittelt zwischen Jugendhilfe, Polizei, Beratung und Justiz; Fortbildungen.", land, [key],
            phones=[phone("Koordinierung")], schedules=[hours("MO TU WE TH", "09:00", "15:00")], channels=["PHONE", "MAIL", "VIDEO"],
            advisesMinors="UNKNOWN", contacts=[{"displayName": "Koordinierungsstelle", "email": f"koordinierung-{ident}@example.org"}])
    clinic = organization(f"klinik-{slug(spot['city'])}", f"Kinderschutzambulanz {spot['city']} (Musterstelle)", land,
                          description=german("Medizinische Untersuchung und Dokumentation, auch vertraulich. Erfundener Eintrag."))
    service(f"kinderschutzambulanz-{slug(spot['city'])}", clinic, f"Kinderschutzambulanz {spot['city']} (Musterstelle)", "HEALTH",
            "Vertrauliche Spurensicherung, ärztliche Untersuchung, Trauma-Ambulanz für Kinder und Jugendliche.", land, [key],
            location(f"klinik-{slug(spot['city'])}", clinic, spot, 5), phones=[phone("Ambulanz"), phone("Dienstarzt", schedules=NIGHTS)],
            schedules=OFFICE + (NIGHTS if land not in ("SL", "MV", "ST") else []), channels=["PHONE", "ON_SITE"], advisesMinors="YES",
            topics=["Spurensicherung", "Traumatherapie"], forms=["SEXUAL_EXPLOITATION", "SEXUALISED_VIOLENCE", "ORGAN_REMOVAL"])
    if land in ("HH", "HE", "BB", "SH", "RP", "TH"):
        office = organization(f"auslaenderbehoerde-{ident}", f"Ausländerbehörde {name} (Musterstelle)", land, authority=True,
                              description=german("Aufenthalt für Betroffene von Menschenhandel. Erfundener Eintrag."))
        service(f"auslaenderbehoerde-{ident}", office, f"Aufenthalt für Betroffene, Ausländerbehörde {name} (Musterstelle)",
                "IMMIGRATION", "Bedenkfrist und Aufenthaltserlaubnis nach § 25 Abs. 4a AufenthG.", land, [key],
                phones=[phone("Servicestelle")], schedules=OFFICE, channels=["PHONE", "MAIL"], advisesMinors="YES")
    if land in ("NI", "NW", "BW", "BY", "BE", "SN"):
        customs = organization(f"zoll-{ident}", f"Hauptzollamt {name}, Finanzkontrolle Schwarzarbeit (Musterstelle)", land,
                               authority=True, legalStatus="Bund", description=german("Erfundener Eintrag."))
        service(f"zoll-{ident}", customs, f"Finanzkontrolle Schwarzarbeit {name} (Musterstelle)", "CUSTOMS_LABOUR",
                "Prüft Betriebe, ermittelt bei Arbeitsausbeutung und Zwangsarbeit.", land, [key], phones=[phone("Hinweise")],
                schedules=OFFICE, channels=["PHONE"], advisesMinors="UNKNOWN", forms=["LABOUR_EXPLOITATION", "SERVITUDE"])
    if land in ("SH", "HB", "SL", "MV", "ST", "TH"):
        guardians = organization(f"vormundschaft-{ident}", f"Vormundschaftsverein {name} (Musterstelle)", land, legalStatus="e. V.",
                                 description=german("Vormünder für unbegleitete Kinder. Erfundener Eintrag."))
        service(f"vormundschaft-{ident}", guardians, f"Vormundschaft für unbegleitete Kinder {name} (Musterstelle)", "OTHER",
                "Vermittelt Vormünder und Ergänzungspfleger, auch kurzfristig.", land, [key], phones=[phone("Vermittlung")],
                schedules=OFFICE, channels=["PHONE", "MAIL"], advisesMinors="YES", forms=["ILLEGAL_ADOPTION", "FORCED_MARRIAGE"])


def shelter(land, spot):
    """A shelter whose existence is hidden. The ids tell nothing."""
    ident = "".join(random.choices("abcdefghijklmnopqrstuvwxyz234567", k=26))
    ident = "x" + ident[1:]
    owner = organization(ident, "Verborgene Musterzuflucht", land, protection="PROTECTED",
                         description=german("Erfundener, verborgener Eintrag."))
    at = location(ident, owner, spot, 77, protection="PROTECTED", addressProtection="PROTECTED")
    service(ident, owner, "Verborgene Musterzuflucht für Mädchen", "SHELTER", "Anonyme Zuflucht, Aufnahme rund um die Uhr.", land,
            [LANDS[land][0]], at, phones=[phone("Aufnahme")], schedules=ALWAYS_ON_CALL, advisesMinors="YES", channels=["PHONE"],
            protection="PROTECTED", addressProtection="PROTECTED")


def known_shelters(land, spot):
    """A shelter that may be known, at an address that may not."""
    ident = f"schutzstelle-{slug(LANDS[land][1])}"
    owner = organization(ident, f"Schutzstelle {LANDS[land][1]} (Musterstelle)", land,
                         description=german("Schutz für Mädchen und Jungen; die Adresse wird nicht veröffentlicht. Erfunden."))
    at = location(ident, owner, spot, 33, addressProtection="NETWORK")
    service(ident, owner, f"Schutzwohnung für Minderjährige {LANDS[land][1]} (Musterstelle)", "SHELTER",
            "Sichere Unterbringung mit Betreuung. Aufnahme über das Jugendamt.", land, [LANDS[land][0]], at,
            phones=[phone("Aufnahme")], schedules=OFFICE + NIGHTS, advisesMinors="YES", channels=["PHONE"],
            addressProtection="NETWORK")


def networks(by_land):
    given = {}
    for index, land in enumerate(("SH", "HH", "NI", "HB", "NW", "HE", "RP", "BW", "BY", "BE", "BB", "SN")):
        key, name = LANDS[land]
        record = {"name": f"networks/kooperation-{slug(name)}", "displayName": f"Kooperation gegen Kinderhandel {name} (Muster)",
                  "description": german(f"Interdisziplinäres Netzwerk aus Jugendhilfe, Polizei, Justiz und Fachberatung in {name}. Erfunden."),
                  "lands": [f"lands/DE-{land}"], "areaKeys": [key], "foundingDate": f"{2019 + index % 6}-{1 + index:02d}-15",
                  "coordinator": f"organizations/koordinierung-{slug(name)}",
                  "participants": [f"organizations/polizei-{slug(name)}", f"organizations/justiz-{slug(name)}",
                                   f"organizations/jugendamt-{slug(by_land[land][0]['city'])}"],
                  "forms": ["SEXUAL_EXPLOITATION", "LABOUR_EXPLOITATION"], "email": f"netzwerk-{slug(name)}@example.org"}
        if index % 3 == 1:
            record["extensionDates"] = [f"{2025 + index % 2}-{2 + index // 2:02d}-01"]
        out["networks"].append(record)
        given[land] = record["name"]
    return given


def help_lines():
    """The real nationwide public lines, with the hours they publish."""
    def line(ident, owner_name, name, number, text, schedules, **more):
        owner = organization(ident, owner_name, "", description=german(text))
        out["organizations"][-1].pop("email")
        service(ident, owner, name, "HOTLINE", text, areas=["00"], phones=[{"number": number, "type": "VOICE"}], schedules=schedules,
                channels=["PHONE"], fees="kostenlos", **more)
    every_day = "OPEN_ON_HOLIDAYS"
    line("nummer-gegen-kummer", "Nummer gegen Kummer e. V.", "Kinder- und Jugendtelefon 116 111", "116111",
         "Telefonberatung für Kinder und Jugendliche, anonym.", [hours("MO TU WE TH FR SA", "14:00", "20:00")], advisesMinors="YES",
         anonymous=True, professions=["AFFECTED_PERSON"])
    line("opfer-telefon", "Weißer Ring e. V.", "Opfer-Telefon 116 006", "116006", "Hilfe für Opfer von Straftaten.",
         [hours("", "07:00", "22:00", holidays=every_day)], advisesMinors="YES", anonymous=True)
    line("hilfetelefon-gewalt", "Hilfetelefon Gewalt gegen Frauen", "Hilfetelefon Gewalt gegen Frauen 116 016", "116016",
         "Beratung bei Gewalt, Zwangsheirat und Menschenhandel, in vielen Sprachen.", ALWAYS, advisesMinors="YES", anonymous=True,
         languages=["de"], interpretedLanguages=["en", "ar", "bg", "ro", "ru", "tr", "uk", "fr", "es", "pl", "sq", "vi"])
    line("hilfe-telefon-sexueller-missbrauch", "Hilfe-Telefon Sexueller Missbrauch", "Hilfe-Telefon Sexueller Missbrauch 0800 22 55 530",
         "+498002255530", "Anlaufstelle bei sexueller Gewalt in Kindheit und Jugend, auch für Fachkräfte.",
         [hours("MO WE FR", "09:00", "14:00"), hours("TU TH", "15:00", "20:00")], advisesMinors="YES", anonymous=True,
         forms=["SEXUAL_EXPLOITATION", "SEXUALISED_VIOLENCE", "ONLINE_GROOMING"])
    line("kinderschutzhotline", "Medizinische Kinderschutzhotline", "Medizinische Kinderschutzhotline 0800 19 210 00", "+498001921000",
         "Beratung für Fachkräfte aus Medizin, Jugendhilfe und Familiengerichten.", ALWAYS, advisesMinors="YES",
         professions=["HEALTH_PROFESSIONAL", "YOUTH_WELFARE", "JUSTICE"])
    line("vermisste-kinder", "Initiative Vermisste Kinder", "Hotline für vermisste Kinder 116 000", "116000",
         "Europäische Hotline für vermisste Kinder.", ALWAYS, advisesMinors="YES")


def main(folder):
    by_land = places()
    network_of = networks(by_land)
    index = 0
    for land, spots in by_land.items():
        for place in spots:
            youth_office(place, index)
            index += 1
        police(land, spots)
        counselling(land, spots, network_of.get(land))
        land_services(land, spots)
        if land in SHELTER_LANDS:
            shelter(land, spots[1])
        if land in WITHHELD_LANDS:
            known_shelters(land, spots[-1])
    help_lines()
    out["events"] = events.make(by_land, LANDS, network_of, slug, german)
    out["publications"] = publications.make()
    for collection, records in out.items():
        with open(os.path.join(folder, f"{collection}.ndjson"), "w", encoding="utf-8") as file:
            for record in records:
                record = {k: v for k, v in record.items() if v != ""}
                file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else HERE)
