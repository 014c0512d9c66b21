"""The addresses of the staff's provider."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
from authlib.oauth2 import OAuth2Error
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Blueprint, Flask, jsonify, redirect, render_template, request, url_for
from joserfc import jwt
from joserfc.jwk import ECKey
from werkzeug.wrappers import Response

from deploy.dev.sandbox.files import STAFF_CLIENT, STAFF_CONTEXT, STAFF_KEY_ID, staff_issuer
from deploy.dev.sandbox.kept import Kept
from deploy.dev.sandbox.openid.server import ALGORITHM, AUTHENTICATION, SCOPES, Client, Issuer, server
from deploy.dev.sandbox.openid.session import SECONDS, Session
from deploy.dev.sandbox.persons import cast
from deploy.dev.sandbox.words import cards
from services.chassis.ids import new_id
from services.identity.oidc.logout_token import LOGOUT_EVENT, LOGOUT_TYPE
from services.identity.saml.keys import certificate

CODE = "staff"
_LOGOUT_SECONDS = 60
_WAIT = 5.0


class StaffProvider:
    """Its keys, its sessions, its one client."""

    def __init__(self, app: Flask, keys: Path, origin: str, public_url: str) -> None:
        self.issuer = staff_issuer(origin)
        self.key = ECKey.import_key((keys / "staff.pem").read_text(), {"kid": "sandbox", "use": "sig"})
        self.client = _client(keys, public_url)
        self.sessions = Kept[Session](SECONDS)
        """By the cookie of a browser."""
        self.cookie = f"sandbox-{origin.rpartition(':')[2]}"
        self._server = server(app, self.issuer, self.client, self.key)

    def metadata(self) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0, section 3."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "scopes_supported": SCOPES,
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "acr_values_supported": [STAFF_CONTEXT],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": [AUTHENTICATION],
            "token_endpoint_auth_signing_alg_values_supported": [ALGORITHM],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
        }

    def ask(self, session: Session | None) -> Response | None:
        """The answer to the request for whoever is signed in; None: somebody has to be chosen first."""
        try:
            grant = self._server.get_consent_grant(end_user=session)
        except OAuth2Error as error:
            return self._refused(error)
        if grant.prompt or session is None or _is_older(session, request.values.get("max_age")):
            return None
        return self._granted(grant, session)

    def answer(self, session: Session | None) -> Response:
        """The answer for whom was chosen just now; nobody: the person gave up."""
        try:
            grant = self._server.get_consent_grant(end_user=session)
        except OAuth2Error as error:
            return self._refused(error)
        return self._granted(grant, session)

    def token(self) -> Any:
        """The token endpoint (RFC 6749, section 3.2)."""
        return self._server.create_token_response()

    def log_out(self, session: Session) -> None:
        """Tell the platform (OpenID Connect Back-Channel Logout 1.0, section 2.5)."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": STAFF_CLIENT,
            "sub": session.member.subject,
            "sid": session.sid,
            "iat": now,
            "exp": now + _LOGOUT_SECONDS,
            "jti": new_id(),
            "events": {LOGOUT_EVENT: {}},
        }
        header = {"alg": ALGORITHM, "kid": self.key.kid, "typ": LOGOUT_TYPE}
        token = jwt.encode(header, claims, self.key, [ALGORITHM])
        httpx.post(
            self.client.logout_uri, data={"logout_token": token}, timeout=_WAIT, trust_env=False
        ).raise_for_status()

    def _granted(self, grant: Any, session: Session | None) -> Response:
        response: Response = self._server.create_authorization_response(grant=grant, grant_user=session)
        return response

    def _refused(self, error: OAuth2Error) -> Response:
        """To the client where its address is beyond doubt (RFC 6749, section 4.1.2.1), else on a page."""
        if error.redirect_uri:
            response: Response = self._server.handle_error_response(None, error)
            Issuer(self.issuer).add_issuer_parameter(self._server, response)
            return response
        return Response(render_template("refused.html", reason=error.error), 400, mimetype="text/html")


def pages(provider: StaffProvider) -> Blueprint:
    """What browsers and the platform reach."""
    blueprint = Blueprint(CODE, __name__, url_prefix=f"/{CODE}")

    @blueprint.get("/.well-known/openid-configuration")
    def metadata() -> Any:
        return jsonify(provider.metadata())

    @blueprint.get("/keys")
    def keys() -> Any:
        return jsonify(keys=[provider.key.as_dict(private=False)])

    @blueprint.get("/authorize")
    def authorize() -> Any:
        answered = provider.ask(_session(provider))
        return answered or render_template("gallery.html", door=CODE, cards=cards(CODE))

    @blueprint.post("/authorize")
    def choose() -> Any:
        member = cast().members().get(request.form.get("person", ""))
        if member is None:
            return provider.answer(None)
        session = Session(member)
        response = provider.answer(session)
        cookie = provider.sessions.keep(session)
        response.set_cookie(provider.cookie, cookie, httponly=True, samesite="Lax", path=f"/{CODE}")
        return response

    @blueprint.post("/token")
    def token() -> Any:
        return provider.token()

    @blueprint.get("/sign-out")
    def signed_in() -> Any:
        return render_template("sign_out.html", session=_session(provider))

    @blueprint.post("/sign-out")
    def sign_out() -> Any:
        session = provider.sessions.take(request.cookies.get(provider.cookie, ""))
        if session is not None:
            provider.log_out(session)
        return redirect(url_for(".signed_in"), 303)

    return blueprint


def _session(provider: StaffProvider) -> Session | None:
    return provider.sessions.look(request.cookies.get(provider.cookie, ""))


def _is_older(session: Session, seconds: str | None) -> bool:
    """Whether the sign-in lies further back than `max_age` (OpenID Connect Core, section 3.1.2.1)."""
    if seconds is None:
        return False
    return not seconds.isdecimal() or time.time() - session.auth_time > int(seconds)


def _client(keys: Path, public_url: str) -> Client:
    key = ECKey.import_key(_public_pem(keys / "platform.pem"), {"kid": STAFF_KEY_ID, "use": "sig"})
    return Client(
        redirect_uri=f"{public_url}/login/{CODE}/callback",
        logout_uri=f"{public_url}/login/{CODE}/backchannel-logout",
        key=key,
    )


def _public_pem(file: Path) -> bytes:
    public = certificate(file.read_text()).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
