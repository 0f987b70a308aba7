#!/usr/bin/env python3
"""Every test that docs/handles.md names exists: handles_test.py PAGE TEST...

The tables have a column of tests, each in backquotes: `file_test.cc: Suite.Name`,
or `Suite.Name` alone, of the file named before it in the row, or `.../row`, of the
test before it; * is any text. The TESTs are the programs of those files; each is
asked what it has. A row without a test says why not in one of the ways of
EXCUSES.
"""

import fnmatch
import pathlib
import re
import subprocess
import sys

EXCUSES = ("by the language", "no code")
LEAST = 150  # names; fewer, and the page was not read rightly


def tests_of(program):
    listing = subprocess.run(
        [program, "--gtest_list_tests"], capture_output=True, text=True, check=True
    ).stdout
    tests, suite = set(), ""
    for line in listing.splitlines():
        name = line.split("#")[0].strip()
        if not line.startswith(" "):
            suite = name
        elif name:
            tests.add(suite + name)
    return tests


def rows_of(page):
    """The last cells of the rows of each table that has a column of tests."""
    inside = False
    for line in page.splitlines():
        if not line.startswith("|"):
            inside = False
        elif line.rstrip().endswith("| test |"):
            inside = True
        elif inside and not line.startswith("|---"):
            yield line.rstrip().rstrip("|").split("|")[-1].strip()


def names_in(cell):
    """Pairs of a file and a pattern."""
    file = last = None
    for token in re.findall(r"`([^`]+)`", cell):
        if ": " in token:
            path, token = token.split(": ", 1)
            file = pathlib.PurePath(path).stem
        elif token.startswith("//") or token.endswith(".cc") or "." not in token:
            continue  # a target or a file, which Bazel knows
        if token.startswith(".../"):
            token = last.rsplit("/", 1)[0] + token[3:]
        last = token
        yield file, token


def complaints(page, listed):
    named = 0
    for cell in rows_of(page):
        names = list(names_in(cell))
        named += len(names)
        if not names and cell not in EXCUSES:
            yield f"a row without a test, nor one of {EXCUSES}: '{cell}'"
        for file, pattern in names:
            if file not in listed:
                yield f"{file}.cc is no test of this page's: {cell}"
            elif not fnmatch.filter(listed[file], pattern):
                yield f"{file}.cc has no {pattern}"
    print(f"{named} tests are named")
    if named < LEAST:
        yield f"only {named} tests are named"


def main():
    page = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
    listed = {pathlib.PurePath(p).name: tests_of(p) for p in sys.argv[2:]}
    wrong = list(complaints(page, listed))
    for complaint in wrong:
        print(f"{sys.argv[1]}: {complaint}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
