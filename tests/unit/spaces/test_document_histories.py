"""Any sequence of what people, time and dying processes do keeps the stores in step and the quota."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from services.contracts import space_documents as d
from services.contracts.errors import PlatformError
from services.spaces.documents.comparison import Found
from services.spaces.domain.document import Rules
from tests.unit.spaces.documents_world import DocumentsWorld
from tests.unit.spaces.fake_documents import Died, Mortal, fake_vault
from tests.unit.spaces.world import World

NAMES = st.sampled_from(["a.pdf", "A.pdf", "b.pdf", "c.pdf"])
FOLDERS = st.sampled_from(["care", "other"])
SIZES = st.sampled_from([1, 1500, 3000])
"""Few, so that an upload comes again."""
KEYS = st.sampled_from("xy")
RULES = Rules(quota=10_000, most_documents=4, most_earlier=3)


class DocumentHistories(RuleBasedStateMachine):
    """Refusals and deaths are part of history; what counts is what stands afterwards."""

    grants = Bundle("grants")

    @initialize()
    def open(self) -> None:
        self.mortal = Mortal()
        self.world = World(vault=fake_vault(RULES, self.mortal))
        self.space = DocumentsWorld(self.world, self.world.opened().space_id)

    @rule(target=grants, name=NAMES, folder=FOLDERS, size=SIZES, key=KEYS)
    def grant(self, name: str, folder: str, size: int, key: str) -> d.SpaceUploadGrant | None:
        with suppress(PlatformError, Died):
            return self.space.grant(name, size, folder=folder, request_key=key)
        return None

    @rule(name=NAMES, folder=FOLDERS, size=SIZES, key=KEYS)
    def bring(self, name: str, folder: str, size: int, key: str) -> None:
        self._try(lambda: self.space.bring(name, size, folder=folder, request_key=key))

    @rule(grant=grants, size=SIZES)
    def finish(self, grant: d.SpaceUploadGrant | None, size: int) -> None:
        """As the files process does it, which never writes once its grant was given up and it was told so."""
        if grant and grant.object_name in self.space.shelves.get(self.space.space_id).object_names():
            self.space.store(grant)
            self._try(lambda: self.space.finish(grant, size=min(size, grant.max_bytes)))

    @rule(grant=grants)
    def abandon(self, grant: d.SpaceUploadGrant | None) -> None:
        if grant:
            self._try(lambda: self.space.abandon(grant))

    @rule(data=st.data(), name=NAMES, folder=FOLDERS)
    def rename(self, data: st.DataObject, name: str, folder: str) -> None:
        if found := self._one_of(data, self.space.shelf().documents):
            self._try(lambda: self.space.rename(found, name, folder=folder))

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        if found := self._one_of(data, self.space.shelf().documents):
            self._try(lambda: self.space.delete(found))

    @rule(data=st.data(), erase=st.booleans())
    def take_out(self, data: st.DataObject, erase: bool) -> None:
        if found := self._one_of(data, self.space.shelf().bin):
            self._try(lambda: self.space.erase(found) if erase else self.space.restore(found))

    @rule(hours=st.sampled_from([0.1, 24, 24 * 31]))
    def wait(self, hours: float) -> None:
        self.world.later(hours=hours)
        self._try(self.space.reaper_done)

    @rule(steps=st.integers(1, 4))
    def die_soon(self, steps: int) -> None:
        self.mortal.dies_before = self.mortal.changes + steps

    @invariant()
    def the_quota_is_kept(self) -> None:
        if hasattr(self, "space"):
            shelf = self.space.shelf()
            kept = [one.size for document in (*shelf.documents, *shelf.bin) for one in _versions(document)]
            assert sum(kept) <= shelf.used <= RULES.quota
            assert len(shelf.documents) + len(shelf.bin) <= RULES.most_documents

    @invariant()
    def no_name_stands_twice_in_a_folder(self) -> None:
        if hasattr(self, "space"):
            documents = self.space.shelf().documents
            called = Counter((one.folder, one.name.casefold()) for one in documents)
            assert set(called.values()) <= {1}

    @invariant()
    def whatever_lies_in_the_store_is_known_and_whatever_is_there_lies_in_it(self) -> None:
        if hasattr(self, "space"):
            shelf = self.space.shelves.get(self.space.space_id)
            assert shelf.ready_objects() <= self.space.objects.stored <= shelf.object_names()

    def teardown(self) -> None:
        """Once nobody dies any more, only what is on the shelf and in the bin is left."""
        if hasattr(self, "space"):
            self.mortal.dies_before = -1
            self.world.later(minutes=30)
            self.space.reaper_done()
            shelf = self.space.shelves.get(self.space.space_id)
            assert shelf.doomed == ()
            assert shelf.ready_objects() == self.space.objects.stored
            assert self.world.upkeep.comparison.run() == Found()

    def _one_of(self, data: st.DataObject, documents: tuple[d.SpaceDocument, ...]) -> d.SpaceDocument | None:
        return data.draw(st.sampled_from(documents)) if documents else None

    def _try(self, act: Callable[[], object]) -> None:
        with suppress(PlatformError, Died):
            act()


def _versions(document: d.SpaceDocument) -> tuple[d.SpaceDocument | d.Version, ...]:
    return (document, *document.earlier)


DocumentHistories.TestCase.settings = settings(
    max_examples=200, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestDocumentHistories = DocumentHistories.TestCase
