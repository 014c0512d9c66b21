"""Install what is missing, step by step: `python3 -m deploy.dev.install`.

Runs with nothing but the standard library of a bare Debian's Python, before there is any environment. Every
step knows what it was made from and is skipped while that has not changed, so a warm run costs next to
nothing.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_IN_TURN = ("-o", "DPkg::Lock::Timeout=300")
"""Another installation on the same machine is waited for, so many seconds."""
ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STAMPS = VENV / "stamps"
LOCK = ROOT / "requirements" / "development.txt"
CATALOGUES = (ROOT / "gateway" / "locale", ROOT / "services" / "notify" / "locale")
FRONTEND = ROOT / "gateway" / "frontend"
PYTHON = (3, 11)

TESSERACT = "/usr/bin/tesseract"

# Debian package -> a file that it brings; a machine that has the file needs no package.
DEBIAN_PACKAGES = {
    "chromium": "/usr/bin/chromium",
    "firefox-esr": "/usr/bin/firefox-esr",
    "rabbitmq-server": "/usr/lib/rabbitmq/bin/rabbitmq-server",
    "redis-server": "/usr/bin/redis-server",
    "clamav-daemon": "/usr/sbin/clamd",
    "nginx-light": "/usr/sbin/nginx",
    "janus": "/usr/bin/janus",
    "iproute2": "/usr/sbin/ip",
    "tesseract-ocr": TESSERACT,
    "tesseract-ocr-eng": "/usr/share/tesseract-ocr/5/tessdata/eng.traineddata",
    "fonts-noto-core": "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "libpangoft2-1.0-0": f"/usr/lib/{sysconfig.get_config_var('MULTIARCH')}/libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": f"/usr/lib/{sysconfig.get_config_var('MULTIARCH')}/libharfbuzz-subset.so.0",
}


PEER = VENV / "simplesamlphp"
PEER_NEEDS = ("php8.2-cli", "php8.2-xml", "php8.2-mbstring")
RELAY = VENV / "coturn"
RELAY_NEEDS = (
    "libevent-core-2.1-7",
    "libevent-extra-2.1-7",
    "libevent-openssl-2.1-7",
    "libevent-pthreads-2.1-7",
    "libhiredis0.14",
    "libmariadb3",
    "libpq5",
)


class InstallFailed(RuntimeError):
    """A step failed; the message says which command and how it ended."""


@dataclass(frozen=True)
class Step:
    """One thing to install: what a person reads, what it is made from, how it is done, what it makes."""

    name: str
    made_from: Callable[[], str]
    do: Callable[[], None]
    results: Sequence[Path]
    is_needed: bool = True
    """False: the platform runs without it, and what needs it among the tests says so."""

    def is_done(self) -> bool:
        """Tell whether it was done from exactly this, and what it made is still there."""
        stamp = STAMPS / self.name
        made = stamp.exists() and stamp.read_text() == self.made_from()
        return made and all(result.exists() for result in self.results)

    def run(self) -> None:
        """Do it and remember what it was made from."""
        made_from = self.made_from()
        begun = time.monotonic()
        print(f"installing: {self.name} …", flush=True)
        self.do()
        STAMPS.mkdir(parents=True, exist_ok=True)
        (STAMPS / self.name).write_text(made_from)
        print(f"installed:  {self.name} ({time.monotonic() - begun:.0f} s)", flush=True)


def main() -> int:
    """Do the steps that are due; returns the exit code."""
    if sys.version_info[:2] != PYTHON:
        print(f"Python {PYTHON[0]}.{PYTHON[1]} is needed, this is {sys.version.split()[0]}", file=sys.stderr)
        return 1
    try:
        with _one_at_a_time():
            _install_debian_packages()
            for step in _steps():
                if not step.is_done():
                    _try(step)
    except InstallFailed as failure:
        print(f"installation failed: {failure}", file=sys.stderr)
        return 1
    return 0


def _try(step: Step) -> None:
    try:
        step.run()
    except InstallFailed as failure:
        if step.is_needed:
            raise
        print(f"not installed: {step.name}: {failure}", file=sys.stderr)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let two commands that are started side by side install once."""
    descriptor = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _steps() -> Iterator[Step]:
    """Yield the steps in order; a part of the project that has no such sources has no such step."""
    yield Step("environment", _version, _make_environment, [BIN / "python"])
    yield Step("Python packages", lambda: _digest([LOCK]), _sync_python_packages, [BIN / "pytest"])
    node = [ROOT / "package-lock.json", ROOT / ".npmrc"]
    yield Step("front-end packages", lambda: _digest(node), _install_node_packages, [ROOT / "node_modules"])
    if (FRONTEND / "build.mjs").exists():
        build = [ROOT / "gateway" / "static" / "build"]
        yield Step("front-end build", _frontend_digest, _build_frontend, build)
    if sources := list(_catalogue_sources()):
        compiled = [source.with_suffix(".mo") for source in sources]
        yield Step("message catalogues", lambda: _digest(sources), _compile_catalogues, compiled)
    yield Step("relay", lambda: "\n".join(RELAY_NEEDS), _unpack_relay, [RELAY / "usr/bin/turnserver"])
    peer = "\n".join(PEER_NEEDS)
    yield Step("a log-in provider for tests", lambda: peer, _unpack_peer, [PEER], is_needed=False)


def _install_debian_packages() -> None:
    missing = [package for package, file in DEBIAN_PACKAGES.items() if not Path(file).exists()]
    if _lacks_venv():
        missing.append("python3-venv")
    if not missing:
        return
    print(f"installing: Debian packages {', '.join(missing)} …", flush=True)
    _apt_install(*missing)


def _apt_install(*packages: str) -> None:
    become_root = [] if os.geteuid() == 0 else ["sudo"]
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", *_IN_TURN]
    _run([*apt, "update"])
    _run([*apt, "install", "--yes", "--no-upgrade", "--no-install-recommends", *packages])


def _lacks_venv() -> bool:
    """Debian's Python cannot make an environment without its package; any other Python brings the means."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return not (BIN / "pip").exists()
    return False


def _make_environment() -> None:
    _run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def _sync_python_packages() -> None:
    """First the installer, with its hash from the same lock file, then exactly the locked packages."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as lock:
        lock.write(_locked("uv"))
        lock.flush()
        _run([str(BIN / "pip"), "install", "--quiet", "--no-deps", "--require-hashes", "-r", lock.name])
    uv = [str(BIN / "uv"), "pip", "sync", "--quiet", "--require-hashes", "--no-build", "--compile-bytecode"]
    _run([*uv, "--python", str(BIN / "python"), str(LOCK)])


def _locked(package: str) -> str:
    """Return the lines of the lock file for one package: its version and its hashes."""
    lines = LOCK.read_text().splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line.startswith(f"{package}=="))
    last = next(n for n, line in enumerate(lines) if n >= first and not line.rstrip().endswith("\\"))
    return "".join(lines[first : last + 1])


def _install_node_packages() -> None:
    _run([str(BIN / "npm"), "ci", "--no-audit", "--no-fund", "--loglevel=error"])


def _build_frontend() -> None:
    _run([str(BIN / "npm"), "run", "--silent", "build"])


def _compile_catalogues() -> None:
    for folder in CATALOGUES:
        if folder.exists():
            _run([str(BIN / "pybabel"), "-q", "compile", "-d", str(folder)])


def _unpack_peer() -> None:
    """SimpleSAMLphp is unpacked, not installed: as a package it would bring a web server and start it."""
    _apt_install(*PEER_NEEDS)
    _unpack("simplesamlphp", PEER)


def _unpack_relay() -> None:
    """coturn is unpacked, not installed: its package would start a relay on every network of the machine."""
    _apt_install(*RELAY_NEEDS)
    _unpack("coturn", RELAY)


def _unpack(package: str, target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _run(["apt-get", "-qq", "download", package], Path(folder))
        for file in Path(folder).glob("*.deb"):
            _run(["dpkg", "-x", str(file), str(target)])


def _version() -> str:
    return f"{sys.version}\n{sys.base_prefix}"


def _frontend_digest() -> str:
    sources = sorted(path for path in FRONTEND.rglob("*") if path.is_file())
    return _digest([*sources, ROOT / "package-lock.json"])


def _catalogue_sources() -> Iterable[Path]:
    return (path for folder in CATALOGUES for path in sorted(folder.rglob("*.po")))


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(ROOT)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _run(command: list[str], folder: Path = ROOT) -> None:
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    try:
        code = subprocess.run(command, cwd=folder, env=environment, check=False).returncode
    except OSError as error:
        raise InstallFailed(f"{command[0]} cannot be run: {error.strerror}") from None
    if code != 0:
        raise InstallFailed(f"{' '.join(command[:4])} … ended with {code}")


if __name__ == "__main__":
    sys.exit(main())
