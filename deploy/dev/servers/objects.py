"""SeaweedFS, which speaks S3: one bucket for documents, every user the least on it."""

import json
from pathlib import Path
from typing import Any

import minio
import urllib3
from minio.error import MinioException

from deploy.dev.part import VENV_BIN, Server, answers, clean_environment
from deploy.dev.ports import HOST
from deploy.dev.process import Command
from deploy.dev.site import Site, write_private

BUCKET = "documents"
OPERATOR = "operator"
ACCOUNT = "000000000000"  # of every identity that comes from the file
# What identities of SeaweedFS can say, and what a policy of the bucket takes away again: the files process
# streams documents in and out, media's control lists and destroys what it cannot read.
ACTIONS = {"gateway-files": ("Read", "Write"), "media-control": ("Read", "List", "Write")}
DENIED = {"gateway-files": ("s3:DeleteObject",), "media-control": ("s3:GetObject", "s3:PutObject")}
NAMED_PORTS = {
    "s3": "s3",
    "master": "s3-master",
    "volume": "s3-volume",
    "filer": "s3-filer",
    "admin": "s3-admin",
}


class Objects(Server):
    """All of SeaweedFS in one process, on loopback, silent to the outside."""

    name = "objects"
    ports = (*NAMED_PORTS.values(), *(f"{port}-grpc" for port in NAMED_PORTS.values()))

    def prepare(self) -> None:
        """Write who may do what, and the keys without which the inner parts would take anybody."""
        home = self.site.path("objects")
        identities = {"identities": [self._identity(OPERATOR, ["Admin"]), *map(self._user, ACTIONS)]}
        write_private(home / "identities.json", json.dumps(identities))
        sections = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
        keys = (f'[{section}]\nkey = "{self.site.secret(f"objects:{section}")}"\n' for section in sections)
        write_private(home / "security.toml", "\n".join(keys))

    def command(self) -> Command:
        """Run it in the folder that holds `security.toml`."""
        home = self.site.path("objects")
        options = {
            "dir": str(self.site.path("objects", "files")),
            "ip": HOST,
            "ip.bind": HOST,
            "webdav": "false",
            "admin.ui": "false",
            "master.telemetry": "false",
            "master.volumeSizeLimitMB": "256",
            "volume.max": "1000",
            "volume.preStopSeconds": "0",
            "s3.autoCreateBucket": "false",
            "s3.config": str(home / "identities.json"),
            "s3.iam": "false",
            "s3.localSocket": str(home / "s3.sock"),
            "filer.localSocket": str(home / "filer.sock"),
            "s3.port.iceberg": "0",
            "s3.port.lance": "0",
        } | self._ports()
        flags = [f"-{name}={value}" for name, value in options.items()]
        logging = [f"-logdir={self.site.path('objects', 'log')}"]
        return Command([str(VENV_BIN / "weed"), *logging, "mini", *flags], clean_environment(home), home)

    def is_ready(self) -> bool:
        """Its health page says so and the operator can list."""
        return answers(self.site.port("s3"), "/healthz") and self._lists()

    def on_ready(self) -> None:
        """Make the bucket, with its policy."""
        client = s3_client(self.site)
        if not client.bucket_exists(BUCKET):
            client.make_bucket(BUCKET)
        policy = {"Version": "2012-10-17", "Statement": [_denial(user) for user in DENIED]}
        client.set_bucket_policy(BUCKET, json.dumps(policy))

    def tidy(self) -> None:
        """It puts a socket for each gRPC port here, whatever it is told, and leaves it there."""
        for part, port in NAMED_PORTS.items():
            socket = Path(f"/tmp/seaweedfs-{part}-grpc-{self.site.port(f'{port}-grpc')}.sock")  # noqa: S108
            socket.unlink(missing_ok=True)

    def _lists(self) -> bool:
        try:
            s3_client(self.site).list_buckets()
        except (MinioException, urllib3.exceptions.HTTPError):
            return False
        return True

    def _ports(self) -> dict[str, str]:
        plain = {f"{part}.port": str(self.site.port(port)) for part, port in NAMED_PORTS.items()}
        return plain | {
            f"{part}.port.grpc": str(self.site.port(f"{port}-grpc")) for part, port in NAMED_PORTS.items()
        }

    def _user(self, user: str) -> dict[str, Any]:
        return self._identity(user, [f"{action}:{BUCKET}" for action in ACTIONS[user]])

    def _identity(self, user: str, actions: list[str]) -> dict[str, Any]:
        keys = s3_keys(self.site, user)
        credentials = [{"accessKey": keys["S3_ACCESS_KEY"], "secretKey": keys["S3_SECRET_KEY"]}]
        return {"name": user, "credentials": credentials, "actions": actions}


def _denial(user: str) -> dict[str, Any]:
    return {
        "Effect": "Deny",
        "Principal": {"AWS": [f"arn:aws:iam::{ACCOUNT}:user/{user}"]},
        "Action": list(DENIED[user]),
        "Resource": [f"arn:aws:s3:::{BUCKET}/*"],
    }


def s3_keys(site: Site, user: str) -> dict[str, str]:
    """Return what a user needs to reach the bucket, as environment variables."""
    return {
        "S3_ENDPOINT": f"{HOST}:{site.port('s3')}",
        "S3_SECURE": "false",
        "S3_BUCKET": BUCKET,
        "S3_ACCESS_KEY": user,
        "S3_SECRET_KEY": site.secret(f"objects:{user}"),
    }


def s3_client(site: Site, user: str = OPERATOR) -> minio.Minio:
    """Return a client with that user's rights, which gives up quickly."""
    keys = s3_keys(site, user)
    pool = urllib3.PoolManager(timeout=2, retries=False)
    return minio.Minio(
        keys["S3_ENDPOINT"], keys["S3_ACCESS_KEY"], keys["S3_SECRET_KEY"], secure=False, http_client=pool
    )
