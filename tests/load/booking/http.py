"""A client that costs little: it shares the processors with what it measures."""

from __future__ import annotations

import base64
import http.client
import json
from typing import Any

_AWAY = (OSError, http.client.HTTPException)
_RETRY = frozenset({502, 503, 504})


class Http:
    """One kept connection; a request that met a broken connection or a busy service is sent again."""

    def __init__(self, port: int, headers: dict[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = headers or {}
        self.repeated = 0

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and, where there is any, the JSON of the answer.  Only for what may be repeated."""
        content = None if body is None else json.dumps(body)
        sent = self._headers | headers | ({"Content-Type": "application/json"} if content else {})
        while True:
            try:
                status, text = self._once(method, path, content, sent)
            except _AWAY:
                self._connection.close()
                status, text = 503, b""
            if status not in _RETRY:
                return status, json.loads(text) if text else None
            self.repeated += 1

    def token(self, client: str, secret: str) -> str:
        """A token for all that this machine client may."""
        basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
        status, text = self._once("POST", "/api/v1/token", "grant_type=client_credentials", headers)
        if status != 200:
            raise PermissionError(f"no token: {status}")
        return str(json.loads(text)["access_token"])

    def close(self) -> None:
        self._connection.close()

    def _once(
        self, method: str, path: str, content: str | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        self._connection.request(method, path, content, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()
