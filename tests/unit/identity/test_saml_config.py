"""What a providers' file may say of SAML: the operators' example is read; what is wrong stops the boot."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.chassis.clock import ManualClock
from services.chassis.settings import Environment, SettingsError
from services.identity.adapters.saml import SamlProvider
from services.identity.adapters.saml_config import KINDS
from services.identity.providers import KeyFolder, Parts, read
from services.identity.saml.decryption import CBC_128, GCM
from services.identity.saml.names import METADATA, XENC11, tag
from services.identity.saml.request import Wish
from services.identity.saml.xml import parse
from tests.unit.identity.saml.idp import NOW, key_pair
from tests.unit.identity.saml.test_provider import SpentInMemory

README = Path(__file__).parents[3] / "deploy" / "k8s" / "README.md"
EXAMPLE = re.findall(r"```toml\n(.*?)```", README.read_text(), re.DOTALL)[0]
KEYS = {
    "eidas/connector.pem": "idp",
    "eidas/signing.pem": "us-signs",
    "eidas/decryption.pem": "us-sealed",
    "luxtrust/idp.pem": "idp",
    "luxtrust/signing.pem": "us-signs",
    "luxtrust/decryption.pem": "us-sealed",
}


def pem(name: str, bits: int = 3072) -> str:
    # Curves are made and read much faster.
    pair = key_pair(name, "rsa", bits) if name.startswith("us-signs") else key_pair(name, "ec")
    private = pair.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return (private + pair.certificate.public_bytes(Encoding.PEM)).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file, name in KEYS.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(pem(name))
    return tmp_path


def providers(
    folder: Path, text: str = EXAMPLE, environment: Environment = "production"
) -> list[SamlProvider]:
    file = folder / "providers.toml"
    file.write_text(text)
    parts = Parts(
        environment, "https://video.cns.example", KeyFolder(folder), ManualClock(NOW), SpentInMemory()
    )
    return [found for found in read(file, KINDS, parts) if isinstance(found, SamlProvider)]


def test_the_operators_example_is_read(folder: Path) -> None:
    eidas, luxtrust = providers(folder)
    assert isinstance(eidas.wish, Wish)
    assert eidas.wish.consumer_url == "https://video.cns.example/login/eidas/callback"
    assert eidas.wish.entity_id == "https://video.cns.example/saml/eidas/metadata"
    assert (eidas.wish.least_level, eidas.peer.encryption) == ("substantial", GCM)
    assert luxtrust.peer.encryption == {f"{XENC11}aes256-gcm", CBC_128}


def test_an_entity_id_agreed_before_is_kept(folder: Path) -> None:
    text = EXAMPLE.replace('code = "eidas"', 'code = "eidas"\nentity_id = "urn:cns:video"')
    assert providers(folder, text)[0].wish.entity_id == "urn:cns:video"


def test_during_a_roll_over_both_keys_open_and_one_is_published(folder: Path) -> None:
    (folder / "eidas" / "next.pem").write_text(pem("us-next"))
    text = EXAMPLE.replace('["eidas/decryption.pem"]', '["eidas/next.pem", "eidas/decryption.pem"]').replace(
        '["eidas/signing.pem"]', '["eidas/signing.pem", "eidas/next.pem"]'
    )
    eidas = providers(folder, text)[0]
    assert len(eidas.decryption) == 2
    published = parse(eidas.metadata().encode().partition(b"?>")[2].strip())
    uses = [key.get("use") for key in published.iter(tag(METADATA, "KeyDescriptor"))]
    assert uses == ["signing", "signing", "encryption"]


@pytest.mark.parametrize(
    ("was", "becomes", "named"),
    [
        ('kind = "eidas" ', 'kind = "saml" ', "provider 1: kind"),
        ('least_level = "substantial"', 'least_level = "low"', "provider 1: least_level"),
        ('least_level = "substantial"', 'leest_level = "high"', "provider 1: leest_level"),
        ('"aes128-cbc"]', '"aes128-ecb"]', "provider 2: encryption.1"),
        ('"aes128-cbc"]', '"aes128-cbc"]\nassertion_signed = false', "aes-cbc needs signed assertions"),
        ('"https://connector.example/sso"', '"http://connector.example/sso"', "sso_url is not https"),
        ('"https://connector.example/sso"', '"/sso"', "sso_url is no address"),
        ('["eidas/connector.pem"]', '["../x.pem"]', "not in KEYS_FOLDER"),
        ('["eidas/connector.pem"]', '["eidas/none.pem"]', "cannot be read"),
        ('["eidas/connector.pem"]', "[]", "provider 1: certificates"),
        ('["eidas/connector.pem"]', '["a", "b", "c"]', "provider 1: certificates"),
        ('least_level = "substantial"', 'signatures = ["rsa-sha256"]', "provider 1: signatures"),
        ('code = "luxtrust"', 'code = "eidas"', "a code is used twice"),
    ],
)
def test_what_is_wrong_stops_the_boot_by_name(folder: Path, was: str, becomes: str, named: str) -> None:
    assert was in EXAMPLE
    with pytest.raises(SettingsError) as stopped:
        providers(folder, EXAMPLE.replace(was, becomes, 1))
    assert named in str(stopped.value)


def test_a_short_key_of_ours_stops_the_boot_in_production_only(folder: Path) -> None:
    (folder / "eidas" / "signing.pem").write_text(pem("us-signs-short", bits=2048))
    assert providers(folder, environment="development")
    with pytest.raises(SettingsError, match="fewer than 3072 bits"):
        providers(folder)


def test_a_key_that_cannot_sign_as_agreed_stops_the_boot(folder: Path) -> None:
    (folder / "eidas" / "signing.pem").write_text(pem("us-curve"))
    with pytest.raises(SettingsError, match="does not fit the key"):
        providers(folder)
    fitting = EXAMPLE.replace('least_level = "substantial"', 'request_signature = "ecdsa-sha256"')
    assert providers(folder, fitting)


def test_a_certificate_of_another_key_stops_the_boot(folder: Path) -> None:
    mixed = (
        pem("us-signs").partition("-----BEGIN CERT")[0]
        + "-----BEGIN CERT"
        + pem("idp").partition("-----BEGIN CERT")[2]
    )
    (folder / "eidas" / "signing.pem").write_text(mixed)
    with pytest.raises(SettingsError, match="another key"):
        providers(folder)


def test_what_is_no_key_is_not_shown(folder: Path) -> None:
    (folder / "eidas" / "signing.pem").write_text("hidden secret")
    with pytest.raises(SettingsError) as stopped:
        providers(folder)
    assert "hidden" not in str(stopped.value)
    assert "provider 1" in str(stopped.value)
