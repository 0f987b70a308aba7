"""Prints the findings of a report, a line each: severity kind missing command.

    findings_in.py REPORT.json

Lines are sorted, and each stands once.
"""

import json
import sys


def line(finding):
    command = finding["command"] or {"name": "-"}
    return " ".join([
        finding["severity"],
        finding["vuid"] or finding["kind"],
        finding["missing"],
        command["name"],
    ])


with open(sys.argv[1]) as file:
    report = json.load(file)
assert report["schema"] == "incoherent-report/1", report["schema"]
for text in sorted({line(finding) for finding in report["findings"]}):
    print(text)
