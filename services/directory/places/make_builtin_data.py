#!/usr/bin/env python3
"""Makes the built-in areas and postcodes of this folder's data/ from the real files.

    make_builtin_data.py GV100AD_….txt DE.txt [sample.ndjson …]

The first file is the municipality register of the Federal Statistical Office (GV100AD), the second the postal codes of
GeoNames, the others any text files whose five-digit postcodes ("postcode") shall be known. The output
is sorted and depends on nothing else. laender.tsv, city_districts.tsv and city_postcodes.tsv are written by hand.

Taken are: all Regierungsbezirke and Kreise, all towns (Gemeinden with the right of a Stadt, or of 10,000 inhabitants), one or two
postcodes of each Kreis, those of the sample's addresses, and which Kreise three digits of a postcode stand for.
"""
import collections
import os
import re
import sys

TOWN_CODES = {"61", "62", "63", "67"}  # kreisfreie Stadt, Stadtkreis, Stadt, Große Kreisstadt
TOWN_INHABITANTS = 10000
ALWAYS = {"48143", "48149", "14476", "12051", "14770"}
GV_SOURCE = "# Source: Statistisches Bundesamt (Destatis), Gemeindeverzeichnis GV100AD, 30.11.2023; Datenlizenz Deutschland - Namensnennung - Version 2.0 (dl-de/by-2-0); selected."
GN_SOURCE = "# Source: points and postcodes from GeoNames (geonames.org), postal codes of Germany, 2024; CC BY 4.0; averaged and selected."


def read_register(path):
    regions, kreise, towns = {}, {}, {}
    for line in open(path, encoding="utf-8"):
        kind, key, name = line[:2], line[10:18].strip(), line[22:72].strip()
        if kind == "20":
            regions[key] = name
        elif kind == "40":
            kreise[key] = {"name": name, "seat": line[72:122].strip(), "urban": line[122:124] in ("41", "42")}
        elif kind == "60":
            towns[key] = {"name": name, "code": line[122:124], "population": int(line[139:150]), "postcode": line[165:170].strip()}
    return regions, kreise, towns


def read_postcodes(path):
    """{postcode: {kreis: [(place, latitude, longitude)]}}"""
    postcodes = collections.defaultdict(lambda: collections.defaultdict(list))
    for line in open(path, encoding="utf-8"):
        f = line.rstrip("\n").split("\t")
        if f[8]:
            postcodes[f[1]][f[8]].append((f[2], float(f[9]), float(f[10])))
    return postcodes


def mean(points):
    points = list(points)
    return (sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points))


def point_of(places):
    return mean((p[1], p[2]) for p in places)


def plain(name):
    return re.split(r",| / | \(|/", name)[0].strip()


def point_of_town(key, town, by_kreis):
    """The mean of the places of that name in its Kreis, else of its postcode there, else the Kreis's centre."""
    rows = by_kreis[key[:5]]
    named = [r for r in rows if r[1] == plain(town["name"])]
    coded = [r for r in rows if r[0] == town["postcode"]]
    return mean((r[2], r[3]) for r in (named or coded or rows))


def write(name, header, lines):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", name)
    with open(path, "w", encoding="utf-8") as out:
        out.write("\n".join(header) + "\n" + "\n".join("\t".join(line) for line in lines) + "\n")


def number(value):
    return f"{value:.4f}"


def main():
    regions, kreise, towns = read_register(sys.argv[1])
    postcodes = read_postcodes(sys.argv[2])
    wanted = set(ALWAYS)
    for path in sys.argv[3:]:
        wanted |= set(re.findall(r'"postcode"\s*:\s*"(\d{5})"', open(path, encoding="utf-8").read()))
    data = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
    wanted |= {line.split("\t")[0] for line in open(os.path.join(data, "city_postcodes.tsv")) if line[0].isdigit()}

    by_kreis, centers = collections.defaultdict(list), collections.defaultdict(list)
    for code, kreise_of in postcodes.items():
        for kreis, places in kreise_of.items():
            centers[kreis].append(point_of(places))
            by_kreis[kreis] += [(code, p[0], p[1], p[2]) for p in places]

    # The postcodes of each Kreis's seat and largest Gemeinde.
    for kreis, facts in kreise.items():
        inside = [(t["population"], t) for k, t in towns.items() if k[:5] == kreis]
        largest = max(inside, key=lambda x: x[0])[1]
        seat = [t for _, t in inside if plain(t["name"]) == plain(facts["seat"])]
        found = {t["postcode"] for t in [largest] + seat[:1] if kreis in postcodes.get(t["postcode"], {})}
        wanted |= found or {min(row[0] for row in by_kreis[kreis])}

    write("regions.tsv", ["# Key and name of each Regierungsbezirk (in some Länder of former times: a statistical region).", GV_SOURCE],
          [(k, n) for k, n in sorted(regions.items())])
    write("kreise.tsv", ["# Key, 1 for a kreisfreie Stadt, name, centre (mean of its postcode points).", GV_SOURCE, GN_SOURCE],
          [(k, "1" if f["urban"] else "0", f["name"], *map(number, mean(centers[k]))) for k, f in sorted(kreise.items())])
    taken = {k: t for k, t in towns.items() if t["code"] in TOWN_CODES or t["population"] >= TOWN_INHABITANTS}
    write("towns.tsv", ["# Key, inhabitants, name, point. Towns, and other Gemeinden of 10,000 inhabitants.", GV_SOURCE, GN_SOURCE],
          [(k, str(t["population"]), t["name"], *map(number, point_of_town(k, t, by_kreis))) for k, t in sorted(taken.items())])
    lines = []
    for code in sorted(wanted & postcodes.keys()):
        for kreis, places in sorted(postcodes[code].items()):
            lines.append((code, kreis, min(places)[0], *map(number, point_of(places))))
    write("postcodes.tsv", ["# Postcode, Kreis key, a place, point. One line for each Kreis that the postcode reaches into.", GN_SOURCE], lines)
    regions_of = collections.defaultdict(set)
    for code, kreise_of in postcodes.items():
        regions_of[code[:3]] |= set(kreise_of)
        regions_of[code[:2]] |= {k[:2] for k in kreise_of}
    write("postcode_regions.tsv", ["# First digits of a postcode: two give Länder, three give Kreise.", GN_SOURCE],
          [(p, ",".join(sorted(keys))) for p, keys in sorted(regions_of.items(), key=lambda x: (len(x[0]), x[0]))])


if __name__ == "__main__":
    main()
