"""Who was let in to one room may be hostile: what he makes the node do, keep and send has an end."""

import asyncio
from collections import Counter
from collections.abc import Callable

import pytest
from aioice import stun
from aiortc import RTCCertificate, RTCIceParameters
from aiortc.rtp import RtcpRtpfbPacket, RtcpSenderInfo, RtcpSrPacket
from pylibsrtp import Policy

from services.media.worker import allowance
from services.media.worker.allowance import Allowance
from services.media.worker.downlink import FREELY_RESENT
from services.media.worker.transport import MAX_PATHS, MAX_RECORDS, Transport, parse_stun
from tests.unit.media_worker import peers
from tests.unit.media_worker.test_hostile_datagrams import Act, Site, binding, within
from tests.unit.media_worker.test_transport import Port

__all__ = ["within"]

Within = Callable[[Act], None]
BROWSER = RTCIceParameters(usernameFragment="browser", password="p" * 22)


class Checked:
    """A transport that looks for its path, and a browser that has the password."""

    def __init__(self, certificate: RTCCertificate) -> None:
        self.port = Port()
        self.transport = Transport(self.port, certificate, lambda _: None)
        self.connecting = asyncio.create_task(self.transport._ice.start(BROWSER))

    def check_from(self, address: tuple[str, int]) -> None:
        key = self.transport.ice_parameters.password.encode()
        whole = binding(f"{self.transport.username}:{BROWSER.usernameFragment}", key=key)
        self.transport.check_received(parse_stun(whole), address)

    def asked(self) -> list[stun.Message]:
        messages = [stun.parse_message(data) for data in self.port.sent]
        return [message for message in messages if message.message_class == stun.Class.REQUEST]

    async def answer(self, asked: stun.Message, address: tuple[str, int]) -> None:
        answer = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, asked.transaction_id)
        answer.attributes["XOR-MAPPED-ADDRESS"] = self.port.announced
        answer.add_message_integrity(BROWSER.password.encode())
        self.port.transactions[asked.transaction_id].response_received(
            stun.parse_message(bytes(answer)), address
        )
        for _ in range(3):
            await asyncio.sleep(0)

    async def close(self) -> None:
        self.connecting.cancel()
        await self.transport.close()


def checked(certificate: RTCCertificate, act: Callable[[Checked], object]) -> None:
    async def play() -> None:
        scene = Checked(certificate)
        await asyncio.sleep(0)
        try:
            await act(scene)  # type: ignore[misc]
        finally:
            await scene.close()

    asyncio.run(play())


def test_of_checks_from_any_number_of_addresses_few_paths_are_kept_and_tried(
    certificate: RTCCertificate,
) -> None:
    async def act(scene: Checked) -> None:
        for number in range(40 * MAX_PATHS):
            scene.check_from(("192.0.2.7", 1_024 + number))
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert len(scene.transport._ice_agent._remote_candidates) == MAX_PATHS
        assert len(scene.transport._ice_agent._check_list) == MAX_PATHS
        assert len(scene.port.transactions) <= MAX_PATHS
        assert len(scene.asked()) <= 40 * MAX_PATHS

    checked(certificate, act)


def test_the_path_that_was_chosen_is_kept_whatever_comes(certificate: RTCCertificate) -> None:
    async def act(scene: Checked) -> None:
        chosen = ("192.0.2.7", 1_000)
        scene.check_from(chosen)
        await asyncio.sleep(0)
        agent = scene.transport._ice_agent
        agent._check_list[0].remote_nominated = True
        await scene.answer(scene.asked()[0], chosen)
        for number in range(2 * MAX_PATHS):
            scene.check_from(("192.0.2.7", 2_000 + number))
        assert ("192.0.2.7", 1_000) in {pair.remote_addr for pair in agent._check_list}

    checked(certificate, act)


def test_an_address_is_proved_by_an_answer_from_there_and_not_by_a_check(certificate: RTCCertificate) -> None:
    async def act(scene: Checked) -> None:
        scene.check_from(("192.0.2.7", 1_000))
        await asyncio.sleep(0)
        assert scene.port.proved == []
        await scene.answer(scene.asked()[0], ("192.0.2.7", 1_000))
        assert scene.port.proved == [("192.0.2.7", 1_000)]
        scene.check_from(("192.0.2.7", 1_000))
        assert scene.port.proved == [("192.0.2.7", 1_000)]

    checked(certificate, act)


def test_handshakes_that_nobody_reads_yet_are_kept_by_the_handful(certificate: RTCCertificate) -> None:
    async def act(scene: Checked) -> None:
        for _ in range(10 * MAX_RECORDS):
            scene.transport.handshake_received(bytes([22]) + bytes(1_000))
        assert scene.transport._ice_agent._queue.qsize() == MAX_RECORDS

    checked(certificate, act)


def test_one_small_packet_cannot_ask_for_a_flood_of_pictures_anew(within: Within) -> None:
    async def act(site: Site) -> None:
        sender, receiver = (peers.session(Policy.SSRC_ANY_OUTBOUND) for _ in range(2))
        pictures = [sender.protect(peers.rtp(number, 0, b"picture")) for number in range(200)]
        await site.send("a", *pictures)
        carried = site.rooms.rooms["r"].seats["b"].participant.consumers["video", 0]
        lost = [carried._numbering.sequence(number) for number in range(50, 170)]
        asking = bytes(RtcpRtpfbPacket(fmt=1, ssrc=1, media_ssrc=carried.ssrc, lost=lost))
        before = site.port.counts["retransmitted"]
        await site.send("b", *(receiver.protect_rtcp(asking * 30) for _ in range(10)))
        assert 120 <= site.port.counts["retransmitted"] - before <= FREELY_RESENT

    within(act)


@pytest.mark.parametrize("kind", ["media", "reports"])
def test_who_sends_far_more_than_a_browser_does_is_heard_no_more_than_one(within: Within, kind: str) -> None:
    async def act(site: Site) -> None:
        sender = peers.session(Policy.SSRC_ANY_OUTBOUND)
        clock = RtcpSenderInfo(ntp_timestamp=1, rtp_timestamp=1, packet_count=1, octet_count=1)
        report = bytes(RtcpSrPacket(ssrc=1002, sender_info=clock)) * 40
        site.rooms.rooms["r"].seats["a"].participant._allowance = Allowance(100, site.port.counts, 50.0)
        for number in range(300):
            flood = peers.rtp(number, 0, b"picture")
            media = kind == "media"
            await site.send("a", sender.protect(flood) if media else sender.protect_rtcp(report))
        assert site.port.counts["flood"] >= 200
        assert site.port.outbox.media <= 100

    within(act)


def test_checks_and_handshakes_are_taken_so_many_a_second(within: Within) -> None:
    async def act(site: Site) -> None:
        check = binding(f"{site.username('a')}:x", key=b"wrong" * 5)
        await site.send("stranger", *[check] * (allowance.CHECKS + 50))
        assert site.port.counts["flood"] == 50
        await site.send("a", *[bytes([22]) + bytes(99)] * (allowance.RECORDS + 50))
        assert site.port.counts["flood"] == 100

    within(act)


def test_an_allowance_is_used_up_and_comes_again_with_time() -> None:
    counts: Counter[str] = Counter()
    own = Allowance(10, counts, 5.0)
    assert [own.take(5.0) for _ in range(12)] == [True] * 10 + [False] * 2
    assert [own.take(5.5) for _ in range(7)] == [True] * 5 + [False] * 2
    assert sum(own.take(60.0) for _ in range(100)) == 10
    assert counts["flood"] == 2 + 2 + 90
