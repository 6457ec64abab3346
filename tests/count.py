"""Counts the results that tests/run left: one JSON report per GoogleTest program, one JUnit file per pass.

Prints the figures that tests measured (output lines that begin with "figure: "), failures and skips by name, then the last line: "N passed, N failed[, N skipped]". Exit status 1 on any failure.
"""
import glob
import json
import os
import sys
import xml.etree.ElementTree as ET


def cases(path):
    """Yields (name, outcome, reason) of one GoogleTest report."""
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    for suite in report.get("testsuites", []):
        for case in suite.get("testsuite", []):
            name = f'{suite["name"]}.{case["name"]}'
            if case.get("failures"):
                yield name, "failed", case["failures"][0].get("failure", "").splitlines()[:1]
            elif case.get("result") == "SKIPPED":
                yield name, "skipped", [s.get("message", "") for s in case.get("skipped", [])][:1]
            elif case.get("status") == "RUN":
                yield name, "passed", []


def main(folder):
    counts = {"passed": 0, "failed": 0, "skipped": 0}

    def count(what, outcome, reason=()):
        counts[outcome] += 1
        if outcome != "passed":
            print(f"{outcome.upper()}: {what}" + (f" ({' '.join(' '.join(reason).split())})" if reason else ""))

    for junit in sorted(glob.glob(os.path.join(folder, "**", "*.xml"), recursive=True)):
        where = os.path.dirname(junit)
        for program in ET.parse(junit).getroot().iter("testcase"):
            name = program.get("name")
            for line in (program.findtext("system-out") or "").splitlines():
                if line.startswith("figure: "):
                    print(f"{os.path.basename(where)}: {line}")
            report = os.path.join(where, name + ".json")
            ended_badly = program.get("status") != "run"
            failures = 0
            if os.path.exists(report):
                for case, outcome, reason in cases(report):
                    failures += outcome == "failed"
                    count(f"{os.path.basename(where)}: {name}: {case}", outcome, reason)
                if ended_badly and not failures:
                    count(f"{os.path.basename(where)}: {name}: ended badly (see ctest.log)", "failed")
            else:
                count(f"{os.path.basename(where)}: {name}", "failed" if ended_badly else "passed")
    if not counts["passed"] + counts["failed"]:
        print("no test ran")
        counts["failed"] = 1
    print(f'{counts["passed"]} passed, {counts["failed"]} failed' + (f', {counts["skipped"]} skipped' if counts["skipped"] else ""))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
