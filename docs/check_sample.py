#!/usr/bin/env python3
"""Draws an inspection's sample again without the software that drew it.

python3 check_sample.py LIST ANCHOR WORDS STAMP SIZE [each]

LIST is the list that was drawn from (CSV); the others stand in the record. With `each`, SIZE posts of each kind.
"""

import csv
import hashlib
import sys


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


path, anchor, words, stamp, size, *each = sys.argv[1:]
seed = sha256("\n".join((anchor, words, stamp)))
with open(path, encoding="utf-8", newline="") as file:
    posts = sorted(csv.DictReader(file), key=lambda row: sha256(seed + ":" + row["post"]))
taken = {}
for row in posts:
    group = row["kind"] if each else ""
    taken[group] = taken.get(group, 0) + 1
    if taken[group] <= int(size):
        print(row["post"], row["kind"], row["unit"])
