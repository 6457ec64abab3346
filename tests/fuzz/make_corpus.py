#!/usr/bin/env python3
"""Writes the corpora of json_fuzz, path_template_fuzz, query_fuzz, token_request_fuzz, calendar_import_fuzz and the catalogue by rule. Run it after changing a rule, and commit the files.

Usage: tests/fuzz/make_corpus.py
"""
import base64
import json
import os

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")


def write(corpus, inputs):
    folder = os.path.join(HERE, corpus)
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        os.remove(os.path.join(folder, name))
    for name, content in inputs.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))


def varint(value):
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def json_inputs():
    scalars = {"aDouble": 0.1, "anInt32": -1, "anInt64": "-9223372036854775808", "aUint64": "18446744073709551615", "aBool": True,
               "aString": "Straße \"\\\n €😀", "aBytes": "+/8=", "aColour": "RED"}
    whole = {"scalars": scalars, "optionals": {"anInt32": 0, "aString": ""},
             "lists": {"doubles": [1, 1e-7, -0.0], "strings": ["a", ""], "colours": ["BLUE", 5], "messages": [scalars, {}]},
             "maps": {"texts": {"a": "b", "": ""}, "byBool": {"true": "t"}, "byInt64": {"-1": False},
                      "times": {"x": "2026-11-22T02:00:00+01:00"}},
             "wellKnowns": {"time": "2026-11-22T02:00:00.5Z", "duration": "-3.5s", "mask": "displayName,a.b", "empty": {}, "number": "5"},
             "choice": {"text": "x"}, "children": [{"far": "y"}], "anotherName": "z"}
    inputs = {"whole": json.dumps(whole, ensure_ascii=False), "spaced": json.dumps(whole, indent=3), "reversed":
              json.dumps(dict(reversed(list(whole.items()))))}
    bad = {"bom": "\ufeff{}", "trailing_comma": '{"far":"a",}', "single_quotes": "{'far':1}", "comment": "{}//x", "two_values": "{}{}",
           "duplicate": '{"far":"a","far":"b"}', "lone_surrogate": '{"far":"\\ud800"}', "pair": '{"far":"\\ud83d\\ude00"}',
           "raw_control": '{"far":"\x01"}', "nul": b'{"far":"\0"}', "bad_utf8": b'{"far":"\xff\xc0\x80"}', "utf8_surrogate": '{"far":"\ud800"}',
           "nfd": '{"far":"a\u0308"}', "bidi": '{"far":"\u202e"}', "deep_arrays": '{"x":' + "[" * 40, "deep_objects": '{"child":' * 40,
           "nan": '{"scalars":{"aDouble":NaN}}', "huge": '{"scalars":{"aDouble":1e999,"anInt32":1e10}}', "oneof": '{"choice":{"text":"a","flag":true}}',
           "nulls": '{"scalars":null,"lists":{"strings":[null]},"maps":{"texts":{"a":null}}}', "unknown": '{"x":{"y":[1,{"z":null}]}}'}
    numbers = ["0", "-0", "1.0", "1e2", "1E+2", "120e-1", "01", "1.", ".5", "+1", "0x1", "1e", "9223372036854775807", "2147483648", "-1"]
    inputs.update(bad)
    inputs["numbers"] = '{"lists":{"int64s":[' + ",".join(numbers[:6]) + "]}}"
    inputs.update({f"number_{i:02}": '{"scalars":{"anInt32":%s}}' % n for i, n in enumerate(numbers)})
    # Wire bytes: in order, out of order, split, repeated keys, a record with protections, nested messages.
    text, child = field(14, "ä".encode()), field(1, field(14, b"x") + b"\x18\x01")
    inputs.update({"wire_in_order": field(1, b"\x18\x01" + text) + field(10, b"n"), "wire_out_of_order": field(10, b"n") + field(1, text),
                   "wire_split": field(1, b"\x18\x01") + field(10, b"n") + field(1, text), "wire_packed": field(3, field(3, b"\x01\x02\xff\x01")),
                   "wire_map": field(4, field(1, field(1, b"k") + field(2, b"1")) + field(1, field(1, b"k") + field(2, b"2"))),
                   "wire_oneof": field(6, field(1, b"a") + b"\x10\x05"), "wire_bad_utf8": field(10, b"\xff"), "wire_long": b"\x0a\xff\xff\xff\xff\x0f",
                   "wire_nested": field(7, field(7, field(7, child))), "wire_group": b"\x0b\x0c", "wire_overlong_varint": b"\x08" + b"\x80" * 10,
                   "wire_record": field(1, b"n") + field(3, field(1, b"1") + b"\x38\x04") + b"\xd0\x05\x01" + b"\xd8\x05\x02"})
    return inputs


def path_inputs():
    templates = ["/v1/lands", "/v1/{name=services/*}", "/v1/{a.b=x/*/y/**}:verb", "/{a}/{b}", "/**", "/*/*", "/v1/{a", "/v1/{a={b}}", "/v1//x", "v1", "/{a=**}/x", "/a:b:c"]
    paths = ["/v1/services/abc", "/v1/services/abc:undelete", "/v1/files/a/b/c", "/v1/services/m%C3%BC", "/x/%2e%2e/y", "/x/%2f", "/x/%00",
             "/x/%5C", "/x/%", "/x/%ff", "//", "/v1/", "/v1/lands/..", "/a/b/c:d", "/x/%3Ay:z"]
    pairs = {f"template_{i:02}": f"{t}\n{paths[i % len(paths)]}" for i, t in enumerate(templates)}
    pairs.update({f"path_{i:02}": f"{templates[i % 6]}\n{p}" for i, p in enumerate(paths)})
    return pairs


def query_inputs():
    lists = ["pageSize=10&page_token=x+y", "near.latitude=51.5&near.city=K%C3%B6ln", "genres=NOVEL&genres=2&languages=de", "limits[a]=1&limits%5Bb%5D=2",
             "at=2026-11-22T02:00:00%2B01:00&within=3.5s&lent=false&rare=true&seal=-_8&readMask=displayName,a.bC", "score=1e2&byRank=0&days=1970-01-01T00:00:01Z",
             "pageSize=1&pageSize=2", "byField=a&byRank=1", "near=1&authors=a&places[a]=b&limits=3", "parent=x", "$fields=books.title,nextPageToken&$prettyPrint=true",
             "$fields=x&$alt=y", "pageToken=%zz&%ff=1", "=&&a&b==", "limits[a", "near.=1&.near=1&near..city=1", "pageSize=99999999999", "pageToken=%00%E2%80%AE"]
    bodies = {1: ["bookId=x\n{\"title\":\"t\"}", "\n{\"title\":1,\"zzz\":2}", "book.title=x\n{}", "requestId=q\nnull"],
              2: ["\n{\"title\":\"t\",\"author\":{\"home\":{\"city\":\"c\"}},\"genre\":null}", "updateMask=title,author.displayName\n{\"title\":\"t\"}",
                  "updateMask=*\n{}", "updateMask=zzz\n{\"name\":\"x\",\"etag\":\"y\"}", "\n{\"pages\":1,\"playTime\":\"1s\"}"],
              3: ["\n{\"target\":\"t\",\"name\":\"shelves/a/books/b\"}", "target=t\n", "\n{\"requestId\":\"z\",\"slow\":1}"],
              4: ["shelf=s\n[\"a\",\"b\"]", "tags=x\n[1]"]}
    inputs = {f"list_{i:02}": "\0" + q for i, q in enumerate(lists)}
    inputs.update({f"body_{route}_{i}": chr(route) + text for route, texts in bodies.items() for i, text in enumerate(texts)})
    return inputs


def token_request_inputs():
    def basic(pair):
        return "Basic " + base64.b64encode(pair.encode()).decode()

    return {"basic": basic("abc:sn_abc_" + "A" * 49) + "\ngrant_type=client_credentials&scope=changes.read+restricted.read",
            "form": "\ngrant_type=client_credentials&client_id=abc&client_secret=sn%5Fabc%5Fxyz",
            "both": basic("a:b") + "\nclient_id=a&client_secret=b", "twice": "\na=1&%61=2", "escape": basic("%zz:%41") + "\nscope=%20&x=%ff"}


def oai_request_inputs():
    date = "from=2024-01-01&until=2024-12-31T00:00:00Z"
    return {"identify": "verb=Identify", "list": "verb=ListRecords&metadataPrefix=oai_dc&set=type:REPORT&from=2024-01-01",
            "resume": "verb=ListIdentifiers&resumptionToken=ListIdentifiers%0A1%0A2%0Atype%0A3%0Apublications/x%0A100",
            "record": "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost.localdomain:x", "dates": "verb=ListRecords&metadataPrefix=oai_dc&" + date,
            "twice": "verb=Identify&verb=ListSets", "escape": "verb=%zz", "sets": "verb=ListSets", "formats": "verb=ListMetadataFormats&identifier=x"}


def oai_record_inputs():
    oai = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:o="http://www.openarchives.org/OAI/2.0/oai_dc/">'
    record = ('<record><header><identifier>oai:x:1</identifier></header><metadata><o:dc>\n<dc:title xml:lang="ger">Ein Titel</dc:title><dc:date>2011-01-02T00:00:00Z</dc:date>'
              '<dc:type>doc-type:article</dc:type>\n<dc:language>deu</dc:language><dc:identifier>https://example.org/1</dc:identifier></o:dc></metadata></record>')
    deleted = '<record><header status="deleted"><identifier>oai:x:2</identifier></header></record>'
    return {"list": f"{oai}\n<ListRecords>{record}{deleted}<resumptionToken>t</resumptionToken></ListRecords></OAI-PMH>",
            "get": f"{oai}<GetRecord>{record}</GetRecord></OAI-PMH>", "error": f'{oai}<error code="badVerb">no</error></OAI-PMH>',
            "entity": '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><x>&b;</x>', "date": f"{oai}<ListRecords>{record.replace('2011-', 'c. ')}</ListRecords></OAI-PMH>",
            "deep": oai + "<a>" * 40, "broken": "broken xml", "nested": f"{oai}<ListRecords><record><record/>", "empty": ""}


def publication_csv_inputs():
    head = "sourceId,type,title@de,subjects@de,creators,issued,deleted\n"
    return {"rows": head + '1,BOOK,Eins,a|b,"Muster, Erika|X",2024,\n2,STUDY,"Zwei\nZeilen",,,2024-05-31,true\n', "type": head + "1,NOVEL,x,,,,\n",
            "quote": head + '1,BOOK,"x', "columns": head + "1,BOOK\n", "heading": "sourceId,type,colour\n1,BOOK,x\n", "crlf": "\ufeff" + head.replace("\n", "\r\n") + "1,BOOK,x,,,,\r\n",
            "empty": "", "bytes": head.encode() + b"1,BOOK,M\xfcnster,,,,\n", "list": head + "1,BOOK,x,a||b,,,\n"}


def calendar_inputs():
    """One property of an entry at a time, and files that break the rules of lines."""
    def entry(*lines):
        return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "SUMMARY:Seminar", *lines, "END:VEVENT", "END:VCALENDAR", ""])
    start, hour = "DTSTART;TZID=Europe/Berlin:20270310T090000", "DURATION:PT1H"
    zone = ["BEGIN:VCALENDAR", "BEGIN:VTIMEZONE", "TZID:Eigene", "BEGIN:STANDARD", "DTSTART:19701025T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
            "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD", "END:VTIMEZONE", "BEGIN:VEVENT", "SUMMARY:x", "DTSTART;TZID=Eigene:20270310T090000",
            hour, "END:VEVENT", "END:VCALENDAR", ""]
    inputs = {"plain": entry(start, hour), "utc": entry("DTSTART:20270310T090000Z", "DTEND:20270310T100000Z"), "days": entry("DTSTART;VALUE=DATE:20270310"),
              "own_zone": "\r\n".join(zone), "folded": entry(start, hour, "DESCRIPTION:a\\nb\\, c\r\n  d\r\n\te"), "lf": entry(start, hour).replace("\r\n", "\n"),
              "cr": entry(start, hour).replace("\r\n", "\r"), "bom": "\ufeff" + entry(start, hour), "bad_utf8": entry(start, hour).encode() + b"\xff\xc0",
              "nul": entry(start, hour, "LOCATION:a\0b"), "no_end": entry(start, hour)[:-20], "deep": "BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 8,
              "crossed": "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\nEND:VEVENT\r\n", "todo": entry(start).replace("VEVENT", "VTODO")}
    rules = ["FREQ=DAILY", "FREQ=DAILY;COUNT=5", "FREQ=WEEKLY;UNTIL=20270331T070000Z", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=9", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
             "FREQ=YEARLY;BYWEEKNO=53;COUNT=3", "FREQ=SECONDLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;BYSETPOS=-1;BYDAY=MO,TU", "FREQ=", "COUNT=2", "FREQ=YEARLY;BYEASTER=0"]
    inputs.update({f"rule_{i:02}": entry(start, hour, "RRULE:" + rule) for i, rule in enumerate(rules)})
    others = ["RDATE;TZID=Europe/Berlin:20270401T090000,20270402T090000", "RDATE;VALUE=PERIOD:20270401T090000Z/PT2H", "RDATE;VALUE=PERIOD:20270401T090000Z/20270401T080000Z",
              "EXDATE;TZID=Europe/Berlin:20270310T090000", "EXDATE;VALUE=DATE:", "RECURRENCE-ID:20270310T080000Z", "STATUS:CANCELLED", "CATEGORIES:a,b,,c", "URL:javascript:x",
              "CONFERENCE;VALUE=URI:https://example.org/x", "LOCATION;ALTREP=\"x\":y", "DTEND;TZID=Nowhere:20270310T100000", "DTEND:99991231T235959Z", "DURATION:-PT1H"]
    inputs.update({f"other_{i:02}": entry(start, hour, line) for i, line in enumerate(others)})
    return inputs


def pdf(catalogue="", page="", more=(), trailer=""):
    """One empty page with right cross references."""
    objects = [f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> {page} >>", *more]
    text, offsets = "%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(text))
        text += f"{number} 0 obj\n{content}\nendobj\n"
    table = len(text)
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    return f"{text}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n"


def pdf_check_inputs():
    return {"plain": pdf(), "script": pdf("/OpenAction << /S /JavaScript /JS (x) >>"), "escaped": pdf(more=["<< /S /Laun#63h >>"]),
            "stream": pdf(more=["<< /Length 3 >>\nstream\nabc\nendstream"]), "encrypted": pdf(trailer="/Encrypt << /Filter /Standard /V 1 /R 2 /O (x) /U (y) /P -4 >> /ID [(a)(b)]"),
            "half": pdf()[:200], "tail": pdf() + "PK", "image": b"\x89PNG\r\n\x1a\n", "deep": pdf("/X " + "[" * 80 + "]" * 80)}


write("json", json_inputs())
write("path_template", path_inputs())
write("query", query_inputs())
write("token_request", token_request_inputs())
write("oai_request", oai_request_inputs())
write("oai_records", oai_record_inputs())
write("publication_csv", publication_csv_inputs())
write("calendar_import", calendar_inputs())
write("pdf_check", pdf_check_inputs())
