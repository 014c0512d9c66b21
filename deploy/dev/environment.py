"""The environment of each process: it gets what it needs to do its work, and no secret of anybody else."""

import base64
from collections.abc import Callable

from deploy.dev.ports import HOST
from deploy.dev.processes import PROCESSES, Process
from deploy.dev.sandbox.files import PERSONS, staff_issuer
from deploy.dev.servers.broker import amqp_url
from deploy.dev.servers.cache import redis_url
from deploy.dev.servers.case_file import case_file_files, case_file_url
from deploy.dev.servers.database import mongo_uri
from deploy.dev.servers.mail import mailbox_url
from deploy.dev.servers.objects import s3_keys, s3_spaces_keys
from deploy.dev.servers.relay import turn_secret, turn_urls
from deploy.dev.servers.sandbox import sandbox_files, sandbox_url
from deploy.dev.servers.scanner import scanner_address
from deploy.dev.servers.sources import sources_files, sources_url
from deploy.dev.site import Site

Variables = dict[str, str]
MAIL_FROM = "rendez-vous@cns.example"
ALARM_MAIL_TO = "on-duty@cns.example"


def variables_of(site: Site, name: str, environment: str = "development") -> Variables:
    """Return the variables of the named process. Raises KeyError if there is none of that name."""
    process = {process.name: process for process in PROCESSES}[name]
    variables = {
        "ENVIRONMENT": environment,
        "LOG_LEVEL": "INFO",
        "METRICS_PORT": str(site.port(f"{name}-metrics")),
    }
    if process.listens:
        variables["LISTEN_PORT"] = str(site.port(name))
    return variables | _grouped(site, process, process.variables)


def seed_variables(site: Site, process: Process, environment: str) -> Variables:
    """Return the variables of the program that fills in a process's demo data."""
    return {"ENVIRONMENT": environment} | _grouped(site, process, process.seed or ())


def _grouped(site: Site, process: Process, groups: tuple[str, ...]) -> Variables:
    variables: Variables = {}
    for group in groups:
        variables |= GROUPS[group](site, process)
    return variables


def public_url(site: Site) -> str:
    """Return the one origin that browsers see."""
    return f"http://localhost:{site.port('public')}"


def _bus(site: Site, process: Process) -> Variables:
    return {"AMQP_URL": amqp_url(site, process.name)}


def _database(site: Site, process: Process) -> Variables:
    name = _owner(process)
    return {"MONGO_URI": mongo_uri(site, name), "MONGO_DATABASE": name}


def _keys(site: Site, process: Process) -> Variables:
    owner = _owner(process)
    return {"KEYS_MONGO_URI": mongo_uri(site, f"{owner}-keys"), "KEYS_MONGO_DATABASE": f"{owner}_keys"}


def _redis(site: Site, process: Process) -> Variables:
    return {"REDIS_URL": redis_url(site, process.name)}


def _clock(site: Site, process: Process) -> Variables:
    return {"CLOCK_URL": redis_url(site, "clock-reader")}


def _clock_setter(site: Site, process: Process) -> Variables:
    return {"CLOCK_URL": redis_url(site, "clock-setter")}


def _objects(site: Site, process: Process) -> Variables:
    return s3_keys(site, process.name)


def _space_objects(site: Site, process: Process) -> Variables:
    return s3_spaces_keys(site, process.name)


def _checks(site: Site, process: Process) -> Variables:
    inspector = f"{HOST}:{site.port('gateway-inspector')}"
    return {"SCANNER": scanner_address(site), "INSPECTOR": inspector}


def _smtp(site: Site, process: Process) -> Variables:
    server = {"SMTP_HOST": HOST, "SMTP_PORT": str(site.port("smtp"))}
    return server | {"MAIL_FROM": MAIL_FROM, "ALARM_MAIL_TO": ALARM_MAIL_TO}


def _public(site: Site, process: Process) -> Variables:
    return {"PUBLIC_URL": public_url(site)}


def _link(site: Site, process: Process) -> Variables:
    return {"LINK_KEY": base64.b64encode(bytes.fromhex(site.secret("link-key"))).decode()}


def _master(site: Site, process: Process) -> Variables:
    key = bytes.fromhex(site.secret(f"{_owner(process)}-master-key"))
    return {"MASTER_KEY": base64.b64encode(key).decode()}


def _records(site: Site, process: Process) -> Variables:
    return {"RECORD_KEY": base64.b64encode(bytes.fromhex(site.secret("record-key"))).decode()}


def _provider(site: Site, process: Process) -> Variables:
    """The sandbox, or the providers that somebody has described in the data folder."""
    own = site.folder / "providers" / "providers.toml"
    file = own if own.exists() else sandbox_files(site).providers
    return {"PROVIDERS_FILE": str(file), "KEYS_FOLDER": str(file.parent)}


def _sources(site: Site, process: Process) -> Variables:
    """The demonstration's registers; nobody, where they have never been started."""
    files = sources_files(site)
    if not files.exist:
        return {}
    return {
        "SOURCES_URL": sources_url(site),
        "SOURCES_CA_FILE": str(files.platform / "authority.pem"),
        "SOURCES_CERTIFICATE_FILE": str(files.platform / "client.pem"),
        "SOURCES_KEY_FILE": str(files.platform / "client-key.pem"),
    }


def _case_file(site: Site, process: Process) -> Variables:
    """The demonstration's case file; none, where it has never been started."""
    files = case_file_files(site)
    if not files.exist:
        return {}
    own = {
        "CASE_FILE_CA_FILE": str(files.platform / "authority.pem"),
        "CASE_FILE_CERTIFICATE_FILE": str(files.platform / "client.pem"),
        "CASE_FILE_KEY_FILE": str(files.platform / "client-key.pem"),
    }
    return {"CASE_FILE_URL": case_file_url(site)} | (own if process.name == "gateway-files" else {})


def _web(site: Site, process: Process) -> Variables:
    # Cookies know no ports: a name of its own for each platform lets two of them share a browser.
    return {"SESSION_COOKIE": f"sid-{site.port('public')}", "FORM_KEY": site.secret("form-key")}


def _sender(site: Site, process: Process) -> Variables:
    return {"MAIL_FROM": MAIL_FROM}


def _mailbox(site: Site, process: Process) -> Variables:
    return {"MAILBOX_URL": mailbox_url(site)}


def _demo(site: Site, process: Process) -> Variables:
    return {"DEMO_PERSONS": str(PERSONS), "DEMO_STAFF_ISSUER": staff_issuer(sandbox_url(site))}


def _machine_client(site: Site, process: Process) -> Variables:
    return {"DEMO_CLIENT_SECRET": site.secret("demo-client")}


def _node(site: Site, process: Process) -> Variables:
    port = str(site.port("media-udp"))
    address = {"UDP_HOST": HOST, "UDP_PORT": port, "ANNOUNCED_ADDRESS": HOST}
    return {"NODE_ID": "node-1", **address, "MOVE_SECONDS": "3"}


def _relay(site: Site, process: Process) -> Variables:
    return {"TURN_URLS": ",".join(turn_urls(site)), "TURN_SECRET": turn_secret(site)}


def _owner(process: Process) -> str:
    """Return the service whose database a process uses: media's control part uses that of media."""
    return process.name.partition("-")[0]


GROUPS: dict[str, Callable[[Site, Process], Variables]] = {
    "bus": _bus,
    "database": _database,
    "keys": _keys,
    "redis": _redis,
    "clock": _clock,
    "clock-setter": _clock_setter,
    "objects": _objects,
    "space-objects": _space_objects,
    "checks": _checks,
    "smtp": _smtp,
    "public": _public,
    "link": _link,
    "master": _master,
    "records": _records,
    "provider": _provider,
    "sources": _sources,
    "case-file": _case_file,
    "web": _web,
    "mailbox": _mailbox,
    "sender": _sender,
    "machine-client": _machine_client,
    "demo": _demo,
    "node": _node,
    "relay": _relay,
}
