"""The sample's 40 publications: invented titles of invented publishers, in six languages. Used by make.py."""

SUBJECTS = {
    "trade": {"de": "Kinderhandel", "en": "Child trafficking"},
    "protect": {"de": "Kinderschutz", "en": "Child protection"},
    "labour": {"de": "Arbeitsausbeutung", "en": "Labour exploitation"},
    "online": {"de": "Gefahren im Netz", "en": "Dangers online"},
    "law": {"de": "Recht", "en": "Law"},
    "network": {"de": "Zusammenarbeit", "en": "Cooperation"},
    "refuge": {"de": "Flucht und Asyl", "en": "Flight and asylum"},
    "health": {"de": "Gesundheit", "en": "Health"},
    "school": {"de": "Schule", "en": "School"},
    "talk": {"de": "Gesprächsführung", "en": "Conversation"},
}
PUBLISHERS = ("Musterverlag Kinderschutz", "Musterstelle für Koordination", "Muster-Landesamt", "Institut Muster")
CREATORS = ("Muster, Erika", "Beispiel, Jonas", "Probe, Leyla", "Entwurf, Marc", "Arbeitsgruppe Muster")

# id, type, language, year, Land (or none), subjects, audiences, professions, title by language
ROWS = [
    ("leitfaden-kinderhandel", "GUIDELINE", "de", "2026-03", "", "trade protect network", "PROFESSIONALS", "YOUTH_WELFARE POLICE COUNSELLING", {"de": "Leitfaden: Kinderhandel erkennen und handeln", "en": "Guideline: recognising child trafficking and acting"}),
    ("guideline-child-trafficking", "GUIDELINE", "en", "2026-04", "", "trade protect network", "PROFESSIONALS", "YOUTH_WELFARE POLICE COUNSELLING", {"en": "Recognising child trafficking: a guideline for practice", "de": "Kinderhandel erkennen: ein Leitfaden für die Praxis"}),
    ("handbuch-kooperation", "BOOK", "de", "2025-11", "", "network trade law", "PROFESSIONALS", "", {"de": "Handbuch der Zusammenarbeit gegen Kinderhandel", "en": "Handbook of cooperation against child trafficking"}),
    ("bericht-umsetzung-2025", "REPORT", "de", "2026-02-15", "", "network trade", "EVERYBODY", "ADMINISTRATION", {"de": "Bericht zur Umsetzung des Aktionsplans 2025", "en": "Report on the action plan 2025"}),
    ("studie-dunkelfeld", "STUDY", "de", "2025-06", "", "trade labour", "PROFESSIONALS", "RESEARCH", {"de": "Ausbeutung Minderjähriger: eine Studie im Dunkelfeld", "en": "Exploitation of minors: a study of unreported cases"}),
    ("study-online-grooming", "STUDY", "en", "2024-09", "", "online", "PROFESSIONALS", "RESEARCH POLICE", {"en": "Online grooming: patterns and prevention", "de": "Anbahnung im Netz: Muster und Vorbeugung"}),
    ("flyer-hilfe-jetzt", "LEAFLET", "de", "2026-01", "", "protect", "YOUNG_PEOPLE CHILDREN", "", {"de": "Du hast Rechte: Hilfe für dich", "en": "You have rights: help for you"}),
    ("depliant-aide", "LEAFLET", "fr", "2026-01", "", "protect", "YOUNG_PEOPLE CHILDREN", "", {"fr": "Tu as des droits : de l'aide pour toi", "de": "Du hast Rechte: Hilfe für dich (Französisch)"}),
    ("pliant-ajutor", "LEAFLET", "ro", "2026-01", "", "protect", "YOUNG_PEOPLE CHILDREN", "", {"ro": "Ai drepturi: ajutor pentru tine", "de": "Du hast Rechte: Hilfe für dich (Rumänisch)"}),
    ("lystivka-dopomoha", "LEAFLET", "uk", "2026-01", "", "protect refuge", "YOUNG_PEOPLE CHILDREN", "", {"uk": "Ти маєш права: допомога для тебе", "de": "Du hast Rechte: Hilfe für dich (Ukrainisch)"}),
    ("manshur-musaada", "LEAFLET", "ar", "2026-01", "", "protect refuge", "YOUNG_PEOPLE CHILDREN", "", {"ar": "لديك حقوق: مساعدة لك", "de": "Du hast Rechte: Hilfe für dich (Arabisch)"}),
    ("leaflet-help-now", "LEAFLET", "en", "2026-01", "", "protect", "YOUNG_PEOPLE CHILDREN", "", {"en": "You have rights: help for you", "de": "Du hast Rechte: Hilfe für dich (Englisch)"}),
    ("arbeitshilfe-jugendamt-nw", "GUIDELINE", "de", "2025-03", "NW", "trade protect", "PROFESSIONALS", "YOUTH_WELFARE", {"de": "Arbeitshilfe für Jugendämter: Verdacht auf Menschenhandel", "en": "Aid for youth offices: suspected trafficking"}),
    ("arbeitshilfe-polizei-by", "GUIDELINE", "de", "2024-12", "BY", "trade law", "PROFESSIONALS", "POLICE PROSECUTION", {"de": "Arbeitshilfe für die Polizei: Minderjährige als Opfer", "en": "Aid for the police: minors as victims"}),
    ("kooperationskonzept-be", "REPORT", "de", "2025-05", "BE", "network", "PROFESSIONALS", "ADMINISTRATION YOUTH_WELFARE", {"de": "Berliner Konzept der Zusammenarbeit", "en": "The Berlin concept of cooperation"}),
    ("kooperationskonzept-sn", "REPORT", "de", "2024-10", "SN", "network", "PROFESSIONALS", "ADMINISTRATION YOUTH_WELFARE", {"de": "Sächsisches Konzept der Zusammenarbeit", "en": "The Saxon concept of cooperation"}),
    ("unterricht-gefahren-im-netz", "TRAINING_MATERIAL", "de", "2025-08", "", "online school", "PROFESSIONALS YOUNG_PEOPLE", "EDUCATION", {"de": "Unterrichtsmaterial: Gefahren im Netz, Klasse 7 bis 10", "en": "Teaching material: dangers online, years 7 to 10"}),
    ("schulung-gespraeche", "TRAINING_MATERIAL", "de", "2025-09", "", "talk protect", "PROFESSIONALS", "YOUTH_WELFARE COUNSELLING", {"de": "Schulungsmappe: mit Betroffenen sprechen", "en": "Training folder: talking with those concerned"}),
    ("formation-entretien", "TRAINING_MATERIAL", "fr", "2025-10", "", "talk protect", "PROFESSIONALS", "COUNSELLING", {"fr": "Dossier de formation : parler avec les victimes", "de": "Schulungsmappe: mit Betroffenen sprechen (Französisch)"}),
    ("plakat-hilfetelefon", "POSTER", "de", "2026-02", "", "protect", "EVERYBODY", "", {"de": "Plakat: Wen rufe ich an?", "en": "Poster: whom do I call?"}),
    ("poster-ajutor", "POSTER", "ro", "2026-02", "", "protect", "EVERYBODY", "", {"ro": "Afiș: pe cine sun?", "de": "Plakat: Wen rufe ich an? (Rumänisch)"}),
    ("plakat-dopomoha", "POSTER", "uk", "2026-02", "", "protect refuge", "EVERYBODY", "", {"uk": "Плакат: кому телефонувати?", "de": "Plakat: Wen rufe ich an? (Ukrainisch)"}),
    ("film-loverboy", "VIDEO", "de", "2024-04", "", "trade online school", "YOUNG_PEOPLE", "EDUCATION", {"de": "Film: Wenn aus Liebe Zwang wird", "en": "Film: when love turns into force"}),
    ("podcast-netzwerke", "AUDIO", "de", "2025-12", "", "network", "PROFESSIONALS", "", {"de": "Hörreihe: Netzwerke erzählen", "en": "Audio series: networks tell"}),
    ("gesetze-ueberblick", "LEGAL_TEXT", "de", "2024-07", "", "law trade", "PROFESSIONALS", "PROSECUTION JUDICIARY", {"de": "Vorschriften gegen Menschenhandel im Überblick", "en": "Provisions against trafficking: an overview"}),
    ("laws-overview", "LEGAL_TEXT", "en", "2024-07", "", "law trade", "PROFESSIONALS", "PROSECUTION JUDICIARY", {"en": "Provisions against trafficking in Germany: an overview", "de": "Vorschriften gegen Menschenhandel im Überblick (Englisch)"}),
    ("vereinbarung-he", "LEGAL_TEXT", "de", "2023-11-20", "HE", "law network", "PROFESSIONALS", "ADMINISTRATION", {"de": "Hessische Vereinbarung zur Zusammenarbeit", "en": "The Hessian agreement on cooperation"}),
    ("artikel-vormundschaft", "ARTICLE", "de", "2025-01", "", "law refuge", "PROFESSIONALS", "GUARDIANSHIP", {"de": "Vormundschaft für gehandelte Kinder", "en": "Guardianship for trafficked children"}),
    ("artikel-trauma", "ARTICLE", "de", "2024-11", "", "health talk", "PROFESSIONALS", "HEALTH", {"de": "Trauma und Vertrauen: Hinweise für Praxen", "en": "Trauma and trust: hints for surgeries"}),
    ("article-labour", "ARTICLE", "en", "2023-05", "", "labour", "PROFESSIONALS", "CUSTOMS_LABOUR", {"en": "Minors at work: signs of exploitation", "de": "Minderjährige bei der Arbeit: Anzeichen von Ausbeutung"}),
    ("broschuere-eltern", "BROCHURE", "de", "2025-02", "", "online protect", "PARENTS", "", {"de": "Was Eltern wissen sollten", "en": "What parents should know"}),
    ("brochure-parents-fr", "BROCHURE", "fr", "2025-02", "", "online protect", "PARENTS", "", {"fr": "Ce que les parents devraient savoir", "de": "Was Eltern wissen sollten (Französisch)"}),
    ("brosura-parinti", "BROCHURE", "ro", "2025-02", "", "online protect", "PARENTS", "", {"ro": "Ce ar trebui să știe părinții", "de": "Was Eltern wissen sollten (Rumänisch)"}),
    ("kutayyib-aba", "BROCHURE", "ar", "2025-02", "", "online protect", "PARENTS", "", {"ar": "ما ينبغي أن يعرفه الآباء", "de": "Was Eltern wissen sollten (Arabisch)"}),
    ("broschuere-asyl", "BROCHURE", "de", "2024-03", "", "refuge trade", "PROFESSIONALS VOLUNTEERS", "MIGRATION", {"de": "Unterkünfte sicher machen", "en": "Making shelters safe"}),
    ("broschuere-zoll", "BROCHURE", "de", "2023-09", "", "labour law", "PROFESSIONALS", "CUSTOMS_LABOUR", {"de": "Minderjährige in der Kontrolle", "en": "Minors in inspections"}),
    ("checkliste-klinik", "LEAFLET", "de", "2024-06", "", "health protect", "PROFESSIONALS", "HEALTH", {"de": "Checkliste für Kliniken", "en": "Checklist for hospitals"}),
    ("daten-netzwerke", "DATASET", "de", "2026-05", "", "network", "EVERYBODY", "RESEARCH ADMINISTRATION", {"de": "Netzwerke der Zusammenarbeit 2026 (Daten)", "en": "Networks of cooperation 2026 (data)"}),
    ("seite-fachportal", "WEBSITE", "de", "2026-06", "", "network protect", "PROFESSIONALS", "", {"de": "Fachportal Muster", "en": "Muster portal for professionals"}),
    ("handbuch-kooperation-2", "BOOK", "de", "2026-07-01", "", "network trade law", "PROFESSIONALS", "", {"de": "Handbuch der Zusammenarbeit gegen Kinderhandel", "en": "Handbook of cooperation against child trafficking"}),
]


def text(by_language):
    return {"translations": [{"languageCode": code, "text": words} for code, words in by_language.items()]}


def make():
    made = []
    for index, (name, kind, language, issued, land, subjects, audiences, professions, title) in enumerate(ROWS):
        record = {
            "name": f"publications/{name}", "title": text(title), "type": kind, "issued": issued, "languages": [language],
            "creators": [CREATORS[index % len(CREATORS)]], "publishers": [PUBLISHERS[index % len(PUBLISHERS)]],
            "subjects": [text(SUBJECTS[key]) for key in subjects.split()], "audiences": audiences.split(),
            "description": text({"de": f"{title.get('de', title[language])}. Erfundene Veröffentlichung.", "en": "An invented publication."}),
            "rights": text({"de": "Weitergabe mit Quelle erlaubt.", "en": "May be passed on with its source."}),
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "links": [{"url": f"https://example.org/publikationen/{name}", **({"mediaType": "application/pdf"} if kind not in ("VIDEO", "AUDIO", "WEBSITE", "DATASET") else {})}],
        }
        if professions:
            record["professions"] = professions.split()
        if land:
            record["land"] = f"lands/DE-{land}"
        if kind in ("LEAFLET", "BROCHURE"):
            record["series"] = {"title": "Materialien zum Kinderschutz", "number": str(index + 1)}
        if name == "handbuch-kooperation-2":
            record["edition"] = "2. Auflage"
            record["replaces"] = "publications/handbuch-kooperation"
        made.append(record)
    return made
