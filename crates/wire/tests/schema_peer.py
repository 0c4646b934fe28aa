"""Judges pairs of schema and value with the package `jsonschema`: one pair a line in, one verdict a line out.

A pair is `[schema, value]`; the verdicts are `fits`, `misfits` and `broken` (no end, or no such reference).
"""

import json
import sys
from decimal import Decimal

from jsonschema import Draft202012Validator


def number(spelling):
    exact = Decimal(spelling)
    return int(exact) if exact == exact.to_integral_value() else exact


def verdict(schema, value):
    try:
        return "fits" if Draft202012Validator(schema).is_valid(value) else "misfits"
    except BaseException:  # a reference that leads in a circle ends in a panic of the package's own library
        return "broken"


for line in sys.stdin:
    print(verdict(*json.loads(line, parse_float=number)))
