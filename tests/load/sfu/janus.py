"""Janus with its VideoRoom plugin, as Debian ships it: the peer to compare with.

A configuration folder of its own, asked over a Unix socket (its `pfunix` transport).  Janus will not use a
loopback interface for media: it is reached at the address of the bench's own network.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import subprocess
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.load.sfu.client import Client
from tests.load.sfu.description import Wanted, describe

LIBRARIES = Path("/usr/lib")
_GENERAL = """
general: {{
    configs_folder = "{folder}"
    plugins_folder = "{plugins}"
    transports_folder = "{transports}"
    events_folder = "{folder}/none"
    loggers_folder = "{folder}/none"
    debug_level = 2
    log_to_stdout = true
    server_name = "bench"
}}
media: {{
    ipv6 = false
    rtp_port_range = "40000-49999"
}}
plugins: {{ disable = "{other_plugins}" }}
transports: {{ disable = "{other_transports}" }}
"""
_PFUNIX = (
    'general: {{ enabled = true, json = "compact", path = "{folder}/janus.sock", type = "SOCK_SEQPACKET" }}\n'
)
_VIDEOROOM = "general: { }\n"
MESSAGE = 65_536
STARTS, START_SECONDS = 10, 15.0
ANSWER_SECONDS = 20.0


class Janus:
    """The process and one session with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._up: defaultdict[int, asyncio.Event] = defaultdict(asyncio.Event)
        """By handle: its transport is up as Janus sees it, which is when others may receive from it."""
        self._session = 0

    async def __aenter__(self) -> Self:
        self._configure()
        for _ in range(STARTS):
            if await self._started():
                break
        else:
            raise RuntimeError((self._folder / "janus.log").read_text())
        self._reader = asyncio.create_task(self._read())
        created = await self._ask({"janus": "create"})
        self._session = created["data"]["id"]
        return self

    async def _started(self) -> bool:
        """Start it and connect.  False if its transport has ended before it began, a race of Janus's own."""
        command = ["janus", "--configs-folder", str(self._folder), "--disable-colors"]
        with (self._folder / "janus.log").open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            return await self._connected()
        except TimeoutError:
            await self._end()
            return False

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.cancel()
        await self._end()
        self._sock.close()

    async def _end(self) -> None:
        self._process.terminate()
        try:
            await asyncio.to_thread(self._process.wait, 10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int:
        return self._process.pid

    def _configure(self) -> None:
        plugins = next(LIBRARIES.glob("*/janus/plugins"))
        transports = plugins.parent / "transports"
        values = {
            "folder": self._folder,
            "plugins": plugins,
            "transports": transports,
            "other_plugins": _others(plugins, "videoroom"),
            "other_transports": _others(transports, "pfunix"),
        }
        (self._folder / "janus.jcfg").write_text(_GENERAL.format(**values))
        (self._folder / "janus.transport.pfunix.jcfg").write_text(_PFUNIX.format(**values))
        (self._folder / "janus.plugin.videoroom.jcfg").write_text(_VIDEOROOM)

    async def _connected(self) -> bool:
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._sock.setblocking(False)
        async with asyncio.timeout(START_SECONDS):
            while self._process.poll() is None:
                try:
                    self._sock.connect(str(self._folder / "janus.sock"))
                except (FileNotFoundError, ConnectionRefusedError):
                    await asyncio.sleep(0.05)
                else:
                    return True
        return False

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            answer = json.loads(await loop.sock_recv(self._sock, MESSAGE))
            if answer["janus"] == "webrtcup":
                self._up[answer["sender"]].set()
            waiting = self._answers.get(answer.get("transaction", ""))
            if waiting is not None and answer["janus"] != "ack" and not waiting.done():
                waiting.set_result(answer)

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        transaction = secrets.token_hex(8)
        request |= {"transaction": transaction} | ({"session_id": self._session} if self._session else {})
        waiting = self._answers[transaction] = asyncio.get_running_loop().create_future()
        await asyncio.get_running_loop().sock_sendall(self._sock, json.dumps(request).encode())
        answer = await asyncio.wait_for(waiting, ANSWER_SECONDS)
        if answer["janus"] == "error" or "error" in answer.get("plugindata", {}).get("data", {}):
            raise RuntimeError(f"Janus refused: {json.dumps(answer)[:300]}")
        return answer

    # --- VideoRoom --------------------------------------------------------------

    async def create_room(self, room: int) -> None:
        handle = await self._attach()
        body = {"request": "create", "room": room, "publishers": 6, "videocodec": "vp8", "bitrate": 0}
        await self._message(handle, body)

    async def publish(self, room: int, client: Client, audio_ssrc: int, video_ssrc: int) -> int:
        """Connect a sending client; the feed's id."""
        handle = await self._attach()
        joined = await self._message(handle, {"request": "join", "ptype": "publisher", "room": room})
        sections = [Wanted("audio", "sendonly", audio_ssrc), Wanted("video", "sendonly", video_ssrc)]
        offer = {"type": "offer", "sdp": describe(client, sections, "actpass"), "trickle": False}
        answer = await self._message(handle, {"request": "publish"}, offer)
        await client.connect(answer["jsep"]["sdp"])
        await asyncio.wait_for(self._up[handle].wait(), ANSWER_SECONDS)
        feed: int = joined["plugindata"]["data"]["id"]
        return feed

    async def subscribe(self, room: int, feed: int, client: Client) -> None:
        """Connect a receiving client to one feed."""
        handle = await self._attach()
        join = {"request": "join", "ptype": "subscriber", "room": room, "streams": [{"feed": feed}]}
        offered = (await self._message(handle, join))["jsep"]["sdp"]
        mids = [line[6:] for line in offered.splitlines() if line.startswith("a=mid:")]
        kinds = [line[2:].split()[0] for line in offered.splitlines() if line.startswith("m=")]
        answer = describe(client, [Wanted(kind, "recvonly") for kind in kinds], "active", mids)
        started = self._message(
            handle, {"request": "start"}, {"type": "answer", "sdp": answer, "trickle": False}
        )
        await asyncio.gather(started, client.connect(offered))

    async def _attach(self) -> int:
        attached = await self._ask({"janus": "attach", "plugin": "janus.plugin.videoroom"})
        handle: int = attached["data"]["id"]
        return handle

    async def _message(
        self, handle: int, body: dict[str, Any], jsep: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        request: dict[str, Any] = {"janus": "message", "handle_id": handle, "body": body}
        return await self._ask(request | ({"jsep": jsep} if jsep else {}))


def _others(folder: Path, kept: str) -> str:
    return ",".join(sorted(file.name for file in folder.glob("*.so") if kept not in file.name))
