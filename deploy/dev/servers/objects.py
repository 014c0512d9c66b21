"""SeaweedFS, which speaks S3: a bucket for documents of rooms, one for those of spaces; least rights."""

import json
from pathlib import Path
from typing import Any

import minio
import urllib3
from minio.commonconfig import ENABLED, Filter
from minio.error import MinioException
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

from deploy.dev.part import VENV_BIN, Server, answers, clean_environment
from deploy.dev.ports import HOST
from deploy.dev.process import Command
from deploy.dev.site import Site, write_private

BUCKET = "documents"
SPACES_BUCKET = "space-documents"
OPERATOR = "operator"
NET_DAYS = 180
NET = Rule(ENABLED, rule_filter=Filter(prefix="rooms/"), rule_id="net", expiration=Expiration(days=NET_DAYS))
# The net beneath the platform's own deletion. An identity copy comes with the booking, weeks before the call,
# and stays when the appointment is moved: a rule of a day or two would take it from under the agent.
ACCOUNT = "000000000000"  # of every identity that comes from the file
# What identities of SeaweedFS can say, and what the policy of a bucket takes away again: the files process
# streams documents in and out; their owners, media's control and spaces, list and destroy what they cannot
# read.
ACTIONS = {"streams": ("Read", "Write"), "owns": ("Read", "List", "Write")}
DENIED = {"streams": ("s3:DeleteObject",), "owns": ("s3:GetObject", "s3:PutObject")}
USERS = {
    BUCKET: {"gateway-files": "streams", "media-control": "owns"},
    SPACES_BUCKET: {"gateway-files": "streams", "spaces": "owns"},
}
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
        users = sorted({user for users in USERS.values() for user in users})
        identities = {"identities": [self._identity(OPERATOR, ["Admin"]), *map(self._user, users)]}
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
        """Make the buckets, with their policies."""
        client = s3_client(self.site)
        for bucket, users in USERS.items():
            if not client.bucket_exists(bucket):
                client.make_bucket(bucket)
            denials = [_denial(bucket, user, DENIED[part]) for user, part in users.items()]
            policy = {"Version": "2012-10-17", "Statement": denials}
            client.set_bucket_policy(bucket, json.dumps(policy))
        client.set_bucket_lifecycle(BUCKET, LifecycleConfig([NET]))

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
        parts = {bucket: users[user] for bucket, users in USERS.items() if user in users}
        actions = [f"{action}:{bucket}" for bucket, part in parts.items() for action in ACTIONS[part]]
        return self._identity(user, actions)

    def _identity(self, user: str, actions: list[str]) -> dict[str, Any]:
        keys = s3_keys(self.site, user)
        credentials = [{"accessKey": keys["S3_ACCESS_KEY"], "secretKey": keys["S3_SECRET_KEY"]}]
        return {"name": user, "credentials": credentials, "actions": actions}


def _denial(bucket: str, user: str, actions: tuple[str, ...]) -> dict[str, Any]:
    return {
        "Effect": "Deny",
        "Principal": {"AWS": [f"arn:aws:iam::{ACCOUNT}:user/{user}"]},
        "Action": list(actions),
        "Resource": [f"arn:aws:s3:::{bucket}/*"],
    }


def s3_keys(site: Site, user: str) -> dict[str, str]:
    """Return what a user needs to reach documents of rooms, as environment variables."""
    return _account(site, user) | {"S3_BUCKET": BUCKET}


def s3_spaces_keys(site: Site, user: str) -> dict[str, str]:
    """Return what a user needs to reach documents of spaces, as environment variables."""
    return _account(site, user) | {"S3_SPACES_BUCKET": SPACES_BUCKET}


def _account(site: Site, user: str) -> dict[str, str]:
    return {
        "S3_ENDPOINT": f"{HOST}:{site.port('s3')}",
        "S3_SECURE": "false",
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
