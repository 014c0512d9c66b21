"""The whole path, step by step, as the test and `make smoke` both walk it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from playwright.sync_api import Page

from tests.e2e import journey
from tests.e2e.files_to_send import identity_card, letter
from tests.e2e.mailbox import Mail
from tests.e2e.media_seen import Seen, watch
from tests.e2e.traces import Traces
from tests.e2e.world import World

Say = Callable[[str], None]

FROM_CITIZEN = letter("Rechnung für März.pdf", 300_000, "citizen")
FROM_AGENT = letter("reply.pdf", 70_001, "agent")
AGENT = "Anna Demo"
"""Any agent may take whoever waits."""
KEPT_FOR = timedelta(hours=24)


@dataclass
class MainPath:
    """Two pages and a platform; what each step found is kept for whoever looks at it."""

    world: World
    citizen: Page
    agent: Page
    say: Say = lambda step: None
    starts_at: datetime = field(init=False)
    mail: Mail = field(init=False)
    room_id: str = field(init=False)
    ended_after: datetime = field(init=False)

    def into_the_call(self) -> Self:
        """Booked, come, let in: both see each other."""
        self.book()
        self.receive_mail()
        self.meet()
        return self

    def book(self) -> None:
        chosen = journey.book_without_login(self.citizen, self.world.origin, identity_card(), self._address())
        self.starts_at = datetime.fromisoformat(chosen)
        self.say("booked without log-in, with a copy of an identity document")

    def receive_mail(self) -> None:
        self.mail = self.world.mailbox.wait_for(self._address())[-1]
        self.room_id = str(self.mail.event["UID"]).partition("@")[0]
        self.say("the mail is there, with a link and a calendar file")

    def meet(self) -> None:
        """Into the waiting room, into the console, into the call."""
        opens_at = self.starts_at - timedelta(minutes=15)
        if self.world.now() < opens_at:
            self.world.travel_to(opens_at)
        journey.go_to_waiting_room(self.citizen, self.mail.link)
        self.say("the citizen is in the waiting room")
        journey.log_in_as_agent(self.agent, self.world.origin, AGENT)
        journey.open_room_of_who_waits(self.agent, self.room_id)
        journey.let_the_call_begin(self.agent)
        for page in (self.citizen, self.agent):
            journey.wait_until_live(page)
        self.say("the agent has let the call begin")

    def compare(self) -> None:
        """The agent looks at the identity copy beside the picture, and says that it shows the citizen."""
        journey.show_copy(self.agent)
        self.agent.get_by_label("Yes, it matches").check()
        self.agent.get_by_role("button", name="Record the result").click()
        self.say("the agent has compared the identity copy with the picture")

    def watch(self) -> tuple[Seen, Seen]:
        """What the citizen and what the agent sees and hears."""
        seen = watch(self.citizen), watch(self.agent)
        self.say("both see moving pictures and hear sound")
        return seen

    def talk(self) -> None:
        """A message each way."""
        journey.write(self.citizen, "Moien <b>zesummen</b>")
        self.agent.get_by_text("Moien <b>zesummen</b>", exact=True).wait_for()
        journey.write(self.agent, "Bonjour & merci")
        self.citizen.get_by_text("Bonjour & merci", exact=True).wait_for()
        self.say("a message has gone each way")

    def exchange_files(self) -> bool:
        """A file each way; True if both came byte for byte as they went."""
        journey.share(self.citizen, FROM_CITIZEN)
        to_agent = journey.fetch(self.agent, FROM_CITIZEN.name)
        journey.share(self.agent, FROM_AGENT)
        to_citizen = journey.fetch(self.citizen, FROM_AGENT.name)
        self.say("a file has gone each way")
        return (to_agent, to_citizen) == (FROM_CITIZEN.content, FROM_AGENT.content)

    def reload(self) -> None:
        """The citizen reloads in mid-call, and is back with everything that was said."""
        self.citizen.reload()
        journey.wait_until_live(self.citizen)
        self.citizen.get_by_text("Bonjour & merci", exact=True).wait_for()
        journey.wait_until_live(self.agent)
        self.say("the citizen's page was reloaded in mid-call and came back")

    def end(self) -> None:
        journey.end_the_call(self.agent)
        self.ended_after = self.world.now()
        self.citizen.get_by_role("heading", name="Your consultation has ended").wait_for()
        self.say("the agent has ended the call")

    def be_forgotten(self) -> Traces:
        """24 hours and a second later; returns what is left."""
        self.world.travel_to(self.ended_after + KEPT_FOR + timedelta(seconds=1))
        left = self.world.stores.wait_until_gone(self.room_id)
        gone = self.citizen.get_by_role("heading", name="Everything has been deleted")
        gone.wait_for()  # the open page learns it by itself
        self.citizen.goto(self.mail.link)
        gone.wait_for()
        self.say("24 hours and a second later everything is gone, and the link says so")
        return left

    def _address(self) -> str:
        """One per walk, so that nobody's mail is taken for another's."""
        return f"lea.muster+{id(self)}@example.lu"
