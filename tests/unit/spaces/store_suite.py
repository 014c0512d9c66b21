"""What every store of professional spaces and of limits must promise; over the fakes and the real ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.contracts.members import ALL_CERTIFICATES, OPEN, THIS_CERTIFICATE
from services.contracts.professional import SpaceOpened
from services.contracts.space_access import ADMINISTRATOR
from services.spaces.domain.leaving import without
from services.spaces.domain.limit import Limit, LimitStep, Wish
from services.spaces.domain.people import Invitation, Member
from services.spaces.domain.space import Note, Space
from services.spaces.ports import Limits, ProfessionalSpaces

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOTE = Note(NOW, "person:p-1", "Léa Muster", "space")


def member(number: int, scope: str = ALL_CERTIFICATES) -> Member:
    return Member(
        member_id=f"m-{number}",
        person_id=f"p-{number}",
        credential_id=f"c-{number}",
        number=f"{number:020}",
        name=f"Person {number}",
        role=ADMINISTRATOR,
        scope=scope,
        since=NOW,
    )


def space(space_id: str = "space-1", maker: str = "p-1", place: int = 1) -> Space:
    return Space(
        space_id=space_id,
        maker=maker,
        place=place,
        name="Muster",
        takes_members=True,
        company_id="B123456",
        company_name="Muster S.à r.l.",
        members=(member(1),),
        steps=(NOTE.step("opened"),),
    )


def invitation() -> Invitation:
    return Invitation(
        invitation_id="i-1",
        name="Tom Beispiel",
        email="tom@mail.example",
        number=f"{2:020}",
        role="editor",
        scope=ALL_CERTIFICATES,
        language="fr",
        invited_by="Léa Muster",
        state=OPEN,
        sendings=1,
        expires_at=NOW + timedelta(days=14),
    )


def told(space_id: str = "space-1") -> SpaceOpened:
    return SpaceOpened(event_id=f"event-{space_id}", occurred_at=NOW, space_id=space_id, person_id="p-1")


def kept(spaces: ProfessionalSpaces, space_id: str = "space-1") -> Space:
    found = spaces.get(space_id)
    assert found is not None
    return found


class SpacesSuite:
    """Needs a fixture `spaces`, an empty store."""

    def test_what_is_added_is_found_as_it_was(self, spaces: ProfessionalSpaces) -> None:
        assert spaces.add(space(), told())
        assert spaces.get("space-1") == space()
        assert spaces.get("space-2") is None

    def test_an_id_and_a_place_are_taken_once(self, spaces: ProfessionalSpaces) -> None:
        assert spaces.add(space())
        assert not spaces.add(space(place=2))
        assert not spaces.add(space("space-2"))
        assert spaces.add(space("space-2", place=2))
        assert spaces.add(space("space-3", maker="p-2"))
        assert {one.space_id for one in spaces.made_by("p-1")} == {"space-1", "space-2"}

    def test_a_change_is_kept_over_what_it_was_made_from_alone(self, spaces: ProfessionalSpaces) -> None:
        spaces.add(space())
        before = kept(spaces)
        after = before.renamed("Muster", "New", NOTE)
        assert spaces.change(before, after)
        assert not spaces.change(before, before.renamed("Muster", "Late", NOTE))
        found = kept(spaces)
        assert (found.name, [step.what for step in found.steps]) == ("New", ["opened", "renamed"])
        assert found.version == before.version + 1

    def test_members_are_found_by_person_and_by_bound_certificate(self, spaces: ProfessionalSpaces) -> None:
        spaces.add(replace(space(), members=(member(1), member(2, THIS_CERTIFICATE))))
        assert [one.space_id for one in spaces.of_member("p-2")] == ["space-1"]
        assert [one.space_id for one in spaces.bound_to("c-2")] == ["space-1"]
        assert list(spaces.bound_to("c-1")) == []
        before = kept(spaces)
        spaces.change(before, replace(before, members=(member(1),)))
        assert list(spaces.of_member("p-2")) == list(spaces.bound_to("c-2")) == []

    def test_open_invitations_are_found_by_number(self, spaces: ProfessionalSpaces) -> None:
        spaces.add(replace(space(), invitations=(invitation(),)))
        assert kept(spaces).invitations == (invitation(),)
        assert [one.space_id for one in spaces.inviting(f"{2:020}")] == ["space-1"]
        before = kept(spaces)
        spaces.change(before, before.withdrawn("i-1", NOTE))
        assert list(spaces.inviting(f"{2:020}")) == []

    def test_whose_name_the_trail_bears_is_found_until_it_bears_it_no_more(
        self, spaces: ProfessionalSpaces
    ) -> None:
        spaces.add(replace(space(), members=(member(2),)))
        assert [one.space_id for one in spaces.signed_by("p-1")] == ["space-1"]
        before = kept(spaces)
        assert spaces.change(before, without(before, "p-1", NOW))
        assert list(spaces.signed_by("p-1")) == []

    def test_to_whom_something_was_done_is_found_as_long_as_he_is_named(
        self, spaces: ProfessionalSpaces
    ) -> None:
        removed = Note(NOW, "person:p-1", "Léa Muster", "").step("removed", "Tom", about_id="p-3")
        spaces.add(replace(space(), steps=(removed,)))
        assert [one.space_id for one in spaces.signed_by("p-3")] == ["space-1"]
        before = kept(spaces)
        assert spaces.change(before, without(before, "p-3", NOW))
        assert list(spaces.signed_by("p-3")) == []
        assert "Tom" not in repr(kept(spaces))

    def test_what_time_changes_is_due_then_and_not_before(self, spaces: ProfessionalSpaces) -> None:
        spaces.add(space())
        before = kept(spaces)
        spaces.change(before, before.deleted(NOTE))
        ends = NOW + timedelta(days=30)
        assert list(spaces.due(ends - timedelta(seconds=1))) == []
        assert [one.space_id for one in spaces.due(ends)] == ["space-1"]

    def test_what_is_gone_gives_its_place_back_and_goes(self, spaces: ProfessionalSpaces) -> None:
        spaces.add(space())
        before = kept(spaces)
        assert spaces.change(before, before.emptied())
        assert list(spaces.made_by("p-1")) == list(spaces.of_member("p-1")) == []
        assert list(spaces.due(NOW + timedelta(days=4000))) == []
        assert spaces.add(space("space-2"))
        for _replica in range(2):
            spaces.drop_gone()
        assert spaces.get("space-1") is None
        assert spaces.get("space-2") is not None


class LimitsSuite:
    """Needs a fixture `limits`, an empty store."""

    def test_of_whom_nothing_is_stored_the_free_limit_holds(self, limits: Limits) -> None:
        assert limits.get("p-1") == Limit("p-1")

    def test_a_wish_waits_until_it_is_answered(self, limits: Limits) -> None:
        for number, minutes in ((1, 5), (2, 0)):
            person_id = f"p-{number}"
            wish = Wish(f"r-{number}", "Léa Muster", "Branches", NOW + timedelta(minutes=minutes))
            assert limits.change(Limit(person_id), Limit(person_id).wished(wish, "space"))
        assert [one.person_id for one in limits.wished()] == ["p-2", "p-1"]
        before = limits.get("p-2")
        step = LimitStep(NOW, "", "staff:s-1", "Seen", 0, "console")
        assert limits.change(before, before.decided("r-2", 12, step))
        assert [one.person_id for one in limits.wished()] == ["p-1"]
        after = limits.get("p-2")
        assert (after.limit, after.answered, [one.what for one in after.steps]) == (
            12,
            "r-2",
            ["asked", "raised"],
        )

    def test_of_two_changes_at_once_one_is_kept(self, limits: Limits) -> None:
        new = Limit("p-1")
        wish = Wish("r-1", "Léa Muster", "Branches", NOW)
        assert limits.change(new, new.wished(wish, ""))
        assert not limits.change(new, new.wished(replace(wish, reason="Other"), ""))
        before = limits.get("p-1")
        step = LimitStep(NOW, "", "staff:s-1", "Seen", 0, "console")
        assert limits.change(before, before.decided("r-1", 12, step))
        assert not limits.change(before, before.decided("r-1", 20, step))
        assert limits.get("p-1").limit == 12

    def test_steps_are_due_a_year_after_the_first_and_what_was_read_is_dropped(self, limits: Limits) -> None:
        a_year, second = timedelta(days=365), timedelta(seconds=1)
        assert limits.change(Limit("p-1"), Limit("p-1").wished(Wish("r", "Léa Muster", "Why", NOW), ""))
        assert list(limits.due(NOW + a_year - second)) == []
        (due,) = limits.due(NOW + a_year)
        assert due.tended(NOW + a_year).steps == ()
        limits.drop(replace(due, version=due.version + 1))
        assert limits.get("p-1") == due
        limits.drop(due)
        assert limits.get("p-1") == Limit("p-1")
