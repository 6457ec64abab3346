#!/usr/bin/env python3
"""Makes measures.ndjson: the sample's action plan, thirty measures, invented as everything here; and reports.ndjson: what to
report on it."""
import json
import pathlib

PLAN = "Aktionsplan gegen Kinderhandel 2026–2029 (Muster)"
DEPARTMENTS = ("Musterministerium für Jugend", "Musterministerium des Innern", "Musterministerium der Justiz",
               "Musterministerium für Gesundheit", "Koordinierungsstelle (Musterstelle)")
# pillar, measures: (title, what is done, department, status, reached milestones of two)
PILLARS = (
    ("PREVENTION", (
        ("Unterrichtsmaterial für Schulen", "Material für die Klassen 7 bis 10, in Leichter Sprache ergänzt.", 0, "COMPLETED", 2),
        ("Aufklärung in Unterkünften", "Mehrsprachige Hinweise und Ansprechpersonen in Unterkünften für Geflüchtete.", 0, "ONGOING", 1),
        ("Kampagne zur Loverboy-Methode", "Kurze Filme und Beratungshinweise für Jugendliche und Eltern.", 4, "ONGOING", 1),
        ("Hinweise für Fahrpersonal und Hotels", "Merkblatt: woran man Ausbeutung erkennt und wen man anruft.", 1, "PLANNED", 0),
        ("Schutzkonzepte für Jugendreisen", "Muster für Träger, mit Prüfliste.", 0, "POSTPONED", 0),
    )),
    ("PROTECTION", (
        ("Leitfaden für Jugendämter", "Abläufe bei Verdacht auf Handel mit und Ausbeutung von Kindern.", 0, "COMPLETED", 2),
        ("Rufbereitschaft in jedem Kreis", "Erreichbarkeit der Jugendämter nachts und am Wochenende.", 0, "ONGOING", 1),
        ("Sichere Unterbringung", "Plätze für gefährdete Jugendliche, die kurzfristig belegt werden können.", 0, "ONGOING", 0),
        ("Vormundschaft in 24 Stunden", "Verfahren, nach dem unbegleitete Kinder sofort vertreten sind.", 2, "ONGOING", 1),
        ("Medizinische Erstversorgung", "Ambulanzen mit Erfahrung in vertraulicher Dokumentation.", 3, "PLANNED", 0),
        ("Dolmetschen bei Erstgesprächen", "Bereitschaft von Dolmetschenden, per Video zuschaltbar.", 1, "ONGOING", 1),
    )),
    ("PROSECUTION", (
        ("Schwerpunktstaatsanwaltschaften", "Zuständigkeiten bündeln, feste Ansprechpersonen benennen.", 2, "COMPLETED", 2),
        ("Kindgerechte Vernehmung", "Ausgestattete Räume und geschulte Fachkräfte in jedem Land.", 2, "ONGOING", 1),
        ("Psychosoziale Prozessbegleitung", "Begleitung von Anfang an anbieten und bekannt machen.", 2, "ONGOING", 1),
        ("Straffreiheit betroffener Kinder", "Handreichung: Kinder, die zu Taten gezwungen werden, sind Betroffene.", 2, "ONGOING", 0),
        ("Finanzermittlungen", "Zusammenarbeit mit den Stellen für Geldwäsche.", 1, "PLANNED", 0),
    )),
    ("COOPERATION", (
        ("Kooperationskonzept in allen Ländern", "Runde Tische gründen, Meldewege vereinbaren.", 4, "ONGOING", 1),
        ("Verzeichnis der Ansprechstellen", "Wen rufe ich an, hier und jetzt: gepflegt von den Ländern.", 4, "COMPLETED", 2),
        ("Austausch der Koordinierungsstellen", "Vier Treffen im Jahr, gemeinsamer Arbeitsplan.", 4, "ONGOING", 1),
        ("Grenzüberschreitende Fälle", "Ansprechstellen in den Nachbarländern und gemeinsame Übungen.", 1, "ONGOING", 0),
        ("Zoll und Arbeitsschutz einbinden", "Hinweise auf Ausbeutung bei Kontrollen weitergeben.", 1, "PLANNED", 0),
    )),
    ("TRAINING", (
        ("Fortbildung für Jugendämter", "Seminare in allen Ländern, mit Teilnahmebescheinigung.", 4, "ONGOING", 1),
        ("Fortbildung für Polizei und Justiz", "Gemeinsame Workshops von Polizei, Justiz und Jugendhilfe.", 1, "ONGOING", 1),
        ("Online-Kurs Grundlagen", "Kurs im eigenen Tempo, sechs Kapitel.", 4, "COMPLETED", 2),
        ("Fortbildung im Gesundheitswesen", "Erkennen, dokumentieren, weiterleiten.", 3, "ONGOING", 0),
        ("Gruppe der Referierenden", "Fachkräfte ausbilden, die selbst fortbilden.", 4, "PLANNED", 0),
    )),
    ("RESEARCH", (
        ("Jährliche Zahlen", "Gemeinsame Merkmale von Polizei, Jugendhilfe und Beratung.", 0, "ONGOING", 1),
        ("Studie zum Dunkelfeld", "Befragung von Fachkräften, ohne Daten betroffener Kinder.", 0, "PLANNED", 0),
        ("Auswertung der Kooperationen", "Was wirkt: Befragung der Runden Tische.", 4, "ONGOING", 0),
        ("Erreichbarkeit messen", "Auswertung, wo nachts niemand erreichbar ist.", 4, "DISCONTINUED", 0),
    )),
)


def text(value):
    return {"translations": [{"languageCode": "de", "text": value}]}


def measure(pillar, index, line):
    number, code = index
    title, what, department, status, reached = line
    milestones = [{"displayName": "Konzept abgestimmt", "dueDate": "2026-06-30"},
                  {"displayName": "Umsetzung in allen Ländern begonnen", "dueDate": "2027-09-30"}]
    for i in range(reached):
        milestones[i]["reachedDate"] = ("2026-06-15", "2027-05-20")[i]
    notes = [("2026-07-01", "Das Konzept ist abgestimmt.")] if reached > 0 else []
    if status in ("ONGOING", "COMPLETED"):
        notes.append(("2027-03-15", "Die Länder haben über den Stand berichtet."))
    result = {"name": f"measures/muster-{code:02d}", "plan": PLAN, "number": number, "displayName": title, "description": text(what),
              "pillar": pillar, "department": DEPARTMENTS[department], "partners": ["Kooperationsnetzwerke der Länder (Muster)"],
              "status": status, "startDate": "2026-01-01", "dueDate": "2029-12-31", "milestones": milestones}
    if notes:
        result["progressNotes"] = [{"date": date, "text": text(note)} for date, note in notes]
    return result


lines = []
for p, (pillar, measures) in enumerate(PILLARS, start=1):
    for m, line in enumerate(measures, start=1):
        lines.append(json.dumps(measure(pillar, (f"{p}.{m}", len(lines) + 1), line), ensure_ascii=False, separators=(",", ":")))
assert len(lines) == 30
pathlib.Path(__file__).with_name("measures.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")

REPORT = {"name": "reports/muster-zwischenbericht", "displayName": "Zwischenbericht zum Aktionsplan (Muster)", "startDate": "2025-01-01",
          "endDate": "2027-12-31", "plan": PLAN, "publisher": "Musterministerium",
          "introduction": text("Dieser Bericht wurde aus den Beispieldaten erzeugt. Maßnahmen, Veranstaltungen und Netzwerke sind erfunden.")}
pathlib.Path(__file__).with_name("reports.ndjson").write_text(json.dumps(REPORT, ensure_ascii=False, separators=(",", ":")) + "\n",
                                                              encoding="utf-8")
