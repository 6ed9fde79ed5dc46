#!/usr/bin/env python3
"""Checks an exported register without the software that made it: python3 check_register.py FILE [ROOT].

FILE is what `flask register export BOOK FILE` wrote. ROOT is a day's root from the printed register or from the
address /.well-known/register-roots.json: with it you know that nothing was changed since that day.

The rules: a value is written as JSON in UTF-8, keys sorted, no blanks, letters as they are; its hash is SHA-256.
An entry's hash is that of [hash of the entry before, position, action, code, content, time].
"""

import hashlib
import json
import sys


def digest(value):
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_chain(entries):
    """Every entry follows the one before."""
    before = ""
    for expected, entry in enumerate(entries, 1):
        facts = [before, entry["position"], entry["action"], entry["code"], entry["content"], entry["at"]]
        if entry["position"] != expected or entry["hash"] != digest(facts):
            yield f"entry {expected}: its hash does not follow from the entries before"
            return
        before = entry["hash"]


def check_lines(book):
    """Numbers run without a gap, and each line says what was entered when it was issued and ended."""
    told = {}
    for entry in book["entries"]:
        told.setdefault(entry["code"], {})[entry["action"]] = entry["content"]
    numbers = [line["number"] for line in book["certificates"]]
    if numbers != list(range(book["first_number"], book["last_number"] + 1)):
        yield "the numbers have a gap or a double"
    for line in book["certificates"]:
        entered = told.pop(line["code"], {})
        issued = entered.get("issued", {})
        if issued.get("number") != line["number"] or issued.get("facts") != digest(line["facts"]):
            yield f"number {line['number']}: its facts are not those that were issued"
        if set(entered) != {"issued", line["status"]}:
            yield f"number {line['number']}: its status {line['status']} was never entered"
    for code in told:
        yield f"certificate {code}: entered, but no line of the book"


def check_roots(book, wanted):
    """Each day's root follows from the day before and from this book's entry of that day."""
    hashes = {entry["position"]: entry["hash"] for entry in book["entries"]}
    before, roots = "", []
    for row in book["roots"]:
        if row["root"] != digest([before, row["day"], row["heads"]]):
            yield f"root of {row['day']}: it does not follow from the heads of its books"
        for issuer, name, position, head in row["heads"]:
            if (issuer, name) == (book["issuer"], book["book"]) and position and hashes.get(position) != head:
                yield f"root of {row['day']}: entry {position} is not the one of that day"
        before = row["root"]
        roots.append(before)
    if wanted and wanted not in roots:
        yield f"the root {wanted} is not among the roots of this register"


def main(path, wanted=""):
    with open(path, encoding="utf-8") as file:
        book = json.load(file)
    problems = [*check_chain(book["entries"]), *check_lines(book), *check_roots(book, wanted)]
    for problem in problems:
        print("WRONG:", problem)
    if not problems:
        last = book["entries"][-1]["hash"] if book["entries"] else "-"
        print(f"{book['issuer']}/{book['book']}: {len(book['certificates'])} certificates,", end=" ")
        print(f"{len(book['entries'])} entries, all fit. Head {last}")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
