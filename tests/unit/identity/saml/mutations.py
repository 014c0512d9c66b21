"""Seeded mutations of a valid answer: bits flipped, parts dropped, doubled, moved, exchanged.

Two kinds of ground are worked on: the bytes of the message, and the tree of its elements, attributes
and texts, both in the outer message and, re-encrypted to us, inside the assertion.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from lxml import etree

from services.identity.saml.names import SAML, tag
from tests.unit.identity.saml.idp import Answer, encrypted


@dataclass(frozen=True)
class Mutant:
    what: str
    message: bytes


def mutants(count: int, seed: int = 20_260_101) -> Iterator[Mutant]:
    """So many variants of one answer, the same for the same seed and answer."""
    chance = random.Random(seed)
    outer = Answer(encrypt=False).response()
    sealed = Answer().message()
    for number in range(count):
        if number % 4 == 0:
            yield Mutant("bytes", _flipped(sealed, chance))
        else:
            yield _of_tree(outer, chance, seal=number % 2 == 1)


def _of_tree(outer: Any, chance: random.Random, *, seal: bool) -> Mutant:
    root = deepcopy(outer)
    change = chance.choice(_CHANGES)
    change(root, chance)
    if seal:
        for assertion in root.findall(tag(SAML, "Assertion")):
            root.replace(assertion, encrypted(assertion))
    return Mutant(change.__name__.strip("_"), bytes(etree.tostring(root)))


def _flipped(message: bytes, chance: random.Random) -> bytes:
    changed = bytearray(message)
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _any(root: Any, chance: random.Random) -> Any:
    return chance.choice(list(root.iter()))


def _below(root: Any, chance: random.Random) -> Any:
    return chance.choice(list(root.iter())[1:])


def _drop(root: Any, chance: random.Random) -> None:
    element = _below(root, chance)
    element.getparent().remove(element)


def _double(root: Any, chance: random.Random) -> None:
    element = _below(root, chance)
    element.addnext(deepcopy(element))


def _double_with_new_id(root: Any, chance: random.Random) -> None:
    element = _below(root, chance)
    twin = deepcopy(element)
    for node in twin.iter():
        if "ID" in node.attrib:
            node.set("ID", f"_{chance.getrandbits(64):x}")
    chance.choice((element.addnext, element.addprevious))(twin)


def _move(root: Any, chance: random.Random) -> None:
    element = _below(root, chance)
    inside = set(element.iter())
    place = chance.choice([node for node in root.iter() if node not in inside])
    place.insert(chance.randrange(len(place) + 1), element)


def _exchange(root: Any, chance: random.Random) -> None:
    one, other = _below(root, chance), _below(root, chance)
    one.text, other.text = other.text, one.text


def _say_something_else(root: Any, chance: random.Random) -> None:
    element = chance.choice([node for node in root.iter() if (node.text or "").strip()])
    element.text = chance.choice(("", "FORGED", element.text + " ", " " + element.text, element.text[:-1]))


def _set_attribute(root: Any, chance: random.Random) -> None:
    element = chance.choice([node for node in root.iter() if node.attrib])
    name = chance.choice(list(element.attrib))
    element.set(name, chance.choice(("", "FORGED", element.get(name) + "x", element.get(name)[::-1])))


def _drop_attribute(root: Any, chance: random.Random) -> None:
    element = chance.choice([node for node in root.iter() if node.attrib])
    element.attrib.pop(chance.choice(list(element.attrib)))


def _add_attribute(root: Any, chance: random.Random) -> None:
    _any(root, chance).set(chance.choice(("ID", "Id", "Extra", "Format", "NotOnOrAfter")), "x")


def _rename(root: Any, chance: random.Random) -> None:
    _any(root, chance).tag = _any(root, chance).tag


def _wrap(root: Any, chance: random.Random) -> None:
    element = _below(root, chance)
    wrapper = etree.Element(chance.choice([node.tag for node in root.iter()]))
    element.addprevious(wrapper)
    wrapper.append(element)


def _comment(root: Any, chance: random.Random) -> None:
    _any(root, chance).insert(0, etree.Comment("x"))


_CHANGES: tuple[Callable[[Any, random.Random], None], ...] = (
    _drop,
    _double,
    _double_with_new_id,
    _move,
    _exchange,
    _say_something_else,
    _set_attribute,
    _drop_attribute,
    _add_attribute,
    _rename,
    _wrap,
    _comment,
)
