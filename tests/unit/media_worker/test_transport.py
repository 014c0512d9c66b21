"""The private names of other libraries on which `transport.py` stands."""

import ast
import inspect
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from aioice import Connection, stun
from aioice.ice import CandidatePair, StunProtocol
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from pylibsrtp import Policy, Session
from pylibsrtp._binding import ffi, lib

from services.media.worker import transport
from services.media.worker.transport import PINS, Transport, check_pins


class Port:
    announced = ("192.0.2.1", 4000)

    def __init__(self) -> None:
        self.transactions: dict[bytes, stun.Transaction] = {}
        self.sent: list[bytes] = []
        self.known: list[tuple[str, int]] = []
        self.proved: list[tuple[str, int]] = []

    def sendto(self, data: bytes, address: tuple[str, int]) -> None:
        self.sent.append(data)

    def learned(self, address: tuple[str, int], _: Transport, *, proved: bool = False) -> None:
        (self.proved if proved else self.known).append(address)


def test_the_pinned_versions_are_installed() -> None:
    assert {name: version(name) for name in PINS} == dict(PINS)
    check_pins()


def test_another_version_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "PINS", {"aiortc": "0.0.1"})
    with pytest.raises(RuntimeError, match="aiortc"):
        check_pins()


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        (StunProtocol, ("connection_lost", "close", "send_stun", "request")),
        (Connection, ("check_incoming", "check_complete", "request_received", "data_received")),
        (CandidatePair, ("remote_addr", "State")),
        (RTCDtlsTransport, ("_set_role", "_setup_srtp", "start", "stop", "getLocalParameters")),
        (RTCIceTransport, ("start", "stop")),
        (RTCIceGatherer, ("getLocalParameters", "getLocalCandidates")),
    ],
)
def test_the_methods_exist(owner: type, names: tuple[str, ...]) -> None:
    assert [name for name in names if not hasattr(owner, name)] == []


def test_the_overridden_methods_have_the_same_arguments() -> None:
    own = transport._SharedPortConnection
    for name in ("check_incoming", "check_complete", "data_received"):
        expected = inspect.signature(getattr(Connection, name)).parameters
        assert list(inspect.signature(getattr(own, name)).parameters) == list(expected)


async def _attributes() -> tuple[Connection, RTCIceGatherer, RTCIceTransport, RTCDtlsTransport]:
    connection = Connection(ice_controlling=False)
    gatherer = RTCIceGatherer(iceServers=[])
    ice = RTCIceTransport(gatherer)
    return connection, gatherer, ice, RTCDtlsTransport(ice, [RTCCertificate.generateCertificate()])


def test_the_attributes_exist(run) -> None:
    connection, gatherer, ice, dtls = run(_attributes())
    private = "_protocols _nominated _check_list _remote_candidates _local_username _local_password _queue"
    for name in (*private.split(), "_local_candidates", "_local_candidates_start", "_local_candidates_end"):
        assert hasattr(connection, name), name
    assert gatherer._connection is ice._connection
    assert hasattr(dtls, "_srtp_profiles")
    assert {"_rx_srtp", "_tx_srtp"} <= vars(dtls).keys()


def test_libsrtp_works_on_a_packet_where_it_lies() -> None:
    policy = Policy(
        key=bytes(28), ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM
    )
    session = Session(policy)
    memory, length = ffi.new("unsigned char[]", b"\x80\x60" + bytes(30) + bytes(32)), ffi.new("int *", 32)
    assert lib.srtp_protect(session._srtp[0], memory, length) == 0
    assert length[0] == 32 + 16


async def _checked(name_of, key_of) -> Port:
    port = Port()
    made = Transport(port, RTCCertificate.generateCertificate(), lambda _: None)
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes["USERNAME"] = name_of(made)
    request.attributes["PRIORITY"] = 1
    request.add_message_integrity(key_of(made))
    made.check_received(transport.parse_stun(bytes(request)), ("192.0.2.7", 5000))
    return port


def test_a_check_with_the_password_is_answered(run) -> None:
    port = run(_checked(lambda t: f"{t.username}:other", lambda t: t.ice_parameters.password.encode()))
    assert stun.parse_message(port.sent[0]).message_class == stun.Class.RESPONSE


def test_a_check_with_a_wrong_password_is_refused_and_teaches_nothing(run) -> None:
    port = run(_checked(lambda t: f"{t.username}:other", lambda _: b"wrong"))
    assert stun.parse_message(port.sent[0]).message_class == stun.Class.ERROR
    assert port.known == []


def _foreign_private_names(source: str) -> list[str]:
    """Attributes with an underscore of anything but `self`."""
    attributes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute))
    return [
        node.attr
        for node in attributes
        if re.match("_[a-z]", node.attr)
        and not (isinstance(node.value, ast.Name) and node.value.id == "self")
    ]


def test_no_other_module_touches_private_names() -> None:
    files = [file for file in Path(transport.__file__).parent.glob("*.py") if file.name != "transport.py"]
    assert {file.name: found for file in files if (found := _foreign_private_names(file.read_text()))} == {}
