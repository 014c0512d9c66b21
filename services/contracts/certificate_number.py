"""The number of a certificate (subject serial number, SSN), as it is typed to invite somebody."""

from __future__ import annotations

LENGTH = 20


def fault(number: str) -> str:
    """What is wrong with a number: `missing`, `blank`, `digits` or `length`; empty when nothing is."""
    if not number:
        return "missing"
    if any(sign.isspace() for sign in number):
        return "blank"
    if not (number.isascii() and number.isdigit()):
        return "digits"
    return "" if len(number) == LENGTH else "length"
