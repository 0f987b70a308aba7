#!/usr/bin/env python3
"""Counts the test cases of the last `bazel test //...` from its own reports.

Reads bazel-testlogs/**/test.xml of the targets named on standard input, one
label a line, and prints "N passed, N failed, N skipped". Exits 1 if a test
failed, if a target left no report, or if nothing was run at all.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def reports_of(label):
    """The folders of a target's reports: one, or one for each shard."""
    package, _, name = label.strip().lstrip("/").partition(":")
    folder = pathlib.Path("bazel-testlogs") / package / name
    return sorted(folder.glob("shard_*_of_*")) or [folder]


def shell_test_skipped(folder):
    log = folder / "test.log"
    return log.exists() and any(
        line.startswith("SKIPPED:")
        for line in log.read_text(errors="replace").splitlines()
    )


def count(folder):
    """The passed, failed and skipped test cases of one report."""
    passed = failed = skipped = 0
    for case in ElementTree.parse(folder / "test.xml").iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None or case.get("result") == "skipped":
            skipped += 1
        else:
            passed += 1
    if passed and not failed and shell_test_skipped(folder):
        passed, skipped = 0, passed
    return passed, failed, skipped


def main():
    totals = [0, 0, 0]
    for label in filter(None, map(str.strip, sys.stdin)):
        for folder in reports_of(label):
            try:
                counts = count(folder)
            except (OSError, ElementTree.ParseError) as error:
                print(f"{label}: no report ({error})", file=sys.stderr)
                counts = (0, 1, 0)
            totals = [total + more for total, more in zip(totals, counts)]
    passed, failed, skipped = totals
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
