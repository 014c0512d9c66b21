"""What spaces holds on a person, collection by collection."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from services.chassis.holdings import Holding, Query, Record, Subject, plain, whole
from services.chassis.mongo import Document
from services.contracts.members import OPEN
from services.spaces.adapters.procedures import content_of
from services.spaces.documents.ports import SpaceKeys
from services.spaces.documents.views import NAMES

_OF_OTHERS = ("name", "company_id", "company_name", "takes_members", "state", "gone_at")
"""What is told of a professional space: it is not the person's."""


def holdings(keys: SpaceKeys | None) -> tuple[Holding, ...]:
    """The table; `keys` open what is sealed."""
    return (
        *_PLAIN,
        Holding(
            "shelves",
            exported="of the private space: each document, with its file in the archive",
            erased="key, files, then the rest; a company's own record stays, sealed with its key",
            goes="versions that were replaced, the bin and uploads that nobody finished, each after its "
            "time; all of it with its space",
            queries=_own,
            told=lambda found, subject: _documents(found, keys),
        ),
        Holding(
            "procedures",
            exported="drafts and what became of them; in companies' spaces what he has begun or changed",
            erased="with the private space; elsewhere his id and name leave them",
            goes="drafts after 90 days untouched; who it was and which appointment, a year after its end",
            queries=_procedures,
            told=lambda found, subject: _procedure(found, subject, keys),
        ),
    )


def _own(subject: Subject) -> Sequence[Query]:
    """A private space has its person's id."""
    return ({"_id": subject.person_id},)


def _by_person(subject: Subject) -> Sequence[Query]:
    return ({"person_id": subject.person_id},)


def _procedures(subject: Subject) -> Sequence[Query]:
    of_space = {"space_id": subject.person_id, "state": {"$gt": ""}}
    return (of_space, {"begun_by": subject.person_id}, {"changed_by": subject.person_id})


def _professional(subject: Subject) -> Sequence[Query]:
    mine = ({"persons": subject.person_id}, {"signed": f"person:{subject.person_id}"})
    return (*mine, {"maker": subject.person_id}, *({"invited": number} for number in subject.numbers))


def _private(found: Document, subject: Subject) -> Iterable[Record]:
    yield (
        "private_space",
        {"space_id": found["_id"], **plain(found, "_id", "changes", "data_version", "closing_until")},
    )
    for change in found.get("changes", ()):
        yield "data_changes", change


def _documents(found: Document, keys: SpaceKeys | None) -> Iterable[Record]:
    key = keys.get(found["_id"]) if keys else None
    for document in found["documents"] if key else ():
        assert key is not None, "looked at above"
        name = key.unseal(NAMES, document["name"]["sealed"], document["document_id"])
        versions = [_version(one) for one in document["versions"] if one["added_at"]]
        about = {name: document[name] for name in ("document_id", "folder", "binned_at")}
        yield "documents", about | {"name": name, "versions": versions}


def _procedure(found: Document, subject: Subject, keys: SpaceKeys | None) -> Iterable[Record]:
    """What was typed in a company's space may be another member's: of that it is told that there is one."""
    said = plain(found, "_id", "claim", "place", "timed_by", "sealed", *_of_colleagues(found, subject))
    if keys is not None and found["space_id"] == subject.person_id:
        content = content_of(found, keys)
        typed = json.loads(content.text) if content.text else {}
        said |= {"about": content.about, "step": content.step, "typed": typed}
    yield "procedures", {"procedure_id": found["_id"], **said}


def _of_colleagues(found: Document, subject: Subject) -> Iterable[str]:
    """Fields that name another member."""
    if found["begun_by"] != subject.person_id:
        yield "begun_by"
    if found["changed_by"] != subject.person_id:
        yield from ("changed_by", "changer")


def _version(stored: Document) -> dict[str, Any]:
    return {name: stored[name] for name in ("number", "size", "media_type", "added_at", "replaced_at")}


def _professional_told(found: Document, subject: Subject) -> Iterable[Record]:
    space = {"space_id": found["_id"], **{name: found[name] for name in _OF_OTHERS}}
    space |= {"made_by_you": found["maker"] == subject.person_id}
    for member in found["members"]:
        if member["person_id"] == subject.person_id:
            yield "memberships", {"space": space, **member}
    for invitation in found["invitations"]:
        if invitation["state"] == OPEN and invitation["number"] in subject.numbers:
            yield "invitations", {"space": space, **plain(invitation, "answer_key", "invitation_id")}
    for step in found["steps"]:
        if step["actor"] == f"person:{subject.person_id}":
            yield "space_trail", {"space_id": found["_id"], **plain(step, "about", "about_id")}


_PLAIN = (
    Holding(
        "private_spaces",
        exported="the data, the consent to keep them, each change of them",
        erased="emptied, then removed",
        goes="changes after a year; all of it 30 days after it was deleted",
        queries=_own,
        told=_private,
    ),
    Holding(
        "consents",
        exported="each consent that came with an appointment",
        erased="removed",
        goes="after a year",
        queries=_by_person,
        told=whole("consents"),
    ),
    Holding(
        "spaces",
        exported="memberships, invitations to his certificates, what he has done there",
        erased="where he is alone with the space; elsewhere membership, name and who made it leave it",
        goes="steps after a year, invitations and who never came by them 90 days after their end; all of it "
        "30 days after it was deleted",
        queries=_professional,
        told=_professional_told,
    ),
    Holding(
        "space_limits",
        exported="wishes for more spaces, and the answers",
        erased="removed",
        goes="steps after a year; a limit that is everybody's with the last of them",
        queries=_own,
        told=whole("space_limits", "waits_since"),
    ),
    Holding(
        "rounds",
        exported="no: nothing of persons",
        erased="no: nothing of persons",
        goes="no: names of rounds",
    ),
    Holding(
        "ended_shelves",
        exported="no: hashes under which documents lay that are gone",
        erased="by itself, once nothing can be left there",
        goes="30 days after the end of their space",
    ),
)
"""What needs no key to be read."""

HOLDINGS = holdings(None)
