"""What the two sides know of themselves and of each other, as files in the data folder.

`platform/` is what identity gets as KEYS_FOLDER, its own keys and the providers' certificates, with the
PROVIDERS_FILE; `sandbox/` is the reverse. Keys are made once; the providers' file is written at each start,
because it names the sandbox's port.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from deploy.dev.site import write_private

PERSONS = Path(__file__).with_name("persons.toml")
"""Who can be chosen; identity's demo data are made of it too."""
STAFF_CLIENT = "video-consultation"
STAFF_KEY_ID = "platform"
STAFF_CONTEXT = "urn:example:sandbox:two-factors"
COMPANY_ID, COMPANY_NAME = "urn:example:sandbox:company-id", "urn:example:sandbox:company-name"
ROLES = {
    "agent": "video-agents",
    "supervisor": "video-supervisors",
    "helpdesk": "video-helpdesk",
    "administrator": "video-administrators",
    "operator": "video-operators",
    "auditor": "video-auditors",
}
"""Our roles, as the staff's directory calls the groups."""
ISSUERS = {code: f"https://{code}.sandbox.example/saml" for code in ("luxtrust", "eidas")}
"""Entity ids are names: they stay when the port changes."""

_SAML = """
[[provider]]
kind = "{code}"
code = "{code}"
issuer = "{issuer}"
sso_url = "{origin}/{code}/sso"
certificates = ["{code}.pem"]
name = "CNS"
organisation = "CNS"
organisation_url = "https://cns.example"
contact = "operations@cns.example"
signing_keys = ["signing.pem"]
decryption_keys = ["decryption.pem"]
"""
_COMPANY = f"""company_id_attribute = "{COMPANY_ID}"
company_name_attribute = "{COMPANY_NAME}"
"""
_STAFF = f"""
[[provider]]
kind = "oidc"
code = "staff"
audience = "staff"
issuer = "{{issuer}}"
client_id = "{STAFF_CLIENT}"
authentication = "private_key_jwt"
key = "staff.pem"
key_id = "{STAFF_KEY_ID}"
scopes = ["openid", "profile", "groups"]
contexts = ["{STAFF_CONTEXT}"]
# In a demonstration everybody is somebody else the next time.
extra = {{{{ prompt = "login" }}}}
[provider.roles]
claim = ["directory", "groups"]
"""


@dataclass(frozen=True)
class Files:
    """The two folders below one of the data folder."""

    folder: Path

    @property
    def platform(self) -> Path:
        return self.folder / "platform"

    @property
    def sandbox(self) -> Path:
        return self.folder / "sandbox"

    @property
    def providers(self) -> Path:
        """The platform's PROVIDERS_FILE."""
        return self.platform / "providers.toml"

    def write(self, origin: str) -> None:
        """Make the keys where there are none, and describe the sandbox, at this address, to identity."""
        if not self._stamp.exists():
            self._make_keys()
        write_private(self.providers, _providers(origin))

    @property
    def _stamp(self) -> Path:
        return self.folder / "keys-exist"

    def _make_keys(self) -> None:
        """Give each side its own keys and the other's public ones."""
        for own in (self.platform, self.sandbox):
            own.mkdir(parents=True, exist_ok=True, mode=0o700)
        for code in ISSUERS:
            _share(f"{code}.pem", self.sandbox, self.platform, elliptic=False)
        for use in ("signing", "decryption"):
            _share(f"{use}.pem", self.platform, self.sandbox, elliptic=False)
        _share("staff.pem", self.platform, self.sandbox, elliptic=True, there="platform.pem")
        _share("staff.pem", self.sandbox, None, elliptic=True)
        self._stamp.touch()


def staff_issuer(origin: str) -> str:
    """The staff's provider, whose name is its address."""
    return f"{origin}/staff"


def _share(name: str, owner: Path, other: Path | None, *, elliptic: bool, there: str = "") -> None:
    from deploy.dev.sandbox import keys  # slow to load, and needed once

    private = keys.elliptic_key() if elliptic else keys.rsa_key()
    pair = keys.self_signed(private, f"{name.removesuffix('.pem')} of the {owner.name}")
    write_private(owner / name, keys.pair_pem(pair))
    if other is not None:
        write_private(other / (there or name), keys.certificate_pem(pair))


def _providers(origin: str) -> str:
    luxtrust, eidas = (
        _SAML.format(code=code, issuer=issuer, origin=origin) for code, issuer in ISSUERS.items()
    )
    values = ", ".join(f'"{theirs}" = "{ours}"' for ours, theirs in ROLES.items())
    staff = _STAFF.format(issuer=staff_issuer(origin)) + f"values = {{ {values} }}\n"
    return f"{luxtrust}{_COMPANY}{eidas}{staff}"
