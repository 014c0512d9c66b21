"""nginx: the one public origin before the gateway's three entries, as the ingress is on Kubernetes."""

import getpass
from pathlib import Path

from deploy.dev.part import Server, accepts, clean_environment
from deploy.dev.ports import HOST
from deploy.dev.process import Command
from deploy.dev.site import ROOT, write_private

STATIC = ROOT / "gateway" / "static" / "build"
# Far above the largest document: the gateway reads such a file away and says that it is too large.
LARGEST_UPLOAD = "64m"
CONFIGURATION = """
daemon off;
user {user};
worker_processes 1;
pid {home}/nginx.pid;
error_log stderr crit;

events {{ worker_connections 2048; }}

http {{
    include /etc/nginx/mime.types;
    # An address may hold a link's token: nothing of a request is written down here.
    access_log off;
    server_tokens off;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/unused;
    uwsgi_temp_path {home}/unused;
    scgi_temp_path {home}/unused;
    sendfile on;
    keepalive_timeout 65;

    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Request-Id $request_id;

    upstream pages {{ server {host}:{pages}; keepalive 16; }}
    upstream events {{ server {host}:{events}; keepalive 16; }}
    upstream files {{ server {host}:{files}; keepalive 4; }}

    server {{
        listen {host}:{public} default_server;
        client_max_body_size 1m;

        location / {{
            proxy_pass http://pages;
        }}
        location /events/ {{
            proxy_pass http://events;
            proxy_buffering off;
            proxy_read_timeout 1h;
        }}
        location /files/ {{
            proxy_pass http://files;
            client_max_body_size {largest};
            # Documents go through as they come, by pieces that are worth a call of the system.
            client_body_buffer_size 256k;
            proxy_request_buffering off;
            # A document waits for its turn, is looked at and stored before the answer.
            proxy_read_timeout 2m;
            proxy_buffering off;
            proxy_buffer_size 256k;
            proxy_buffers 8 256k;
        }}
        location /static/ {{
            alias {static}/;
            gzip_static on;
            add_header Cache-Control "public, max-age=31536000, immutable";
            add_header X-Content-Type-Options nosniff;
        }}
    }}
}}
"""


class Front(Server):
    """The public origin."""

    name = "front"
    needs = ("gateway-pages", "gateway-events", "gateway-files")
    ports = ("public",)

    def prepare(self) -> None:
        """Write the routes; forget a process that was killed."""
        home = self.site.path("front")
        self._own_pid.unlink(missing_ok=True)
        entries = {name: self.site.port(f"gateway-{name}") for name in ("pages", "events", "files")}
        names = {"user": getpass.getuser(), "home": home, "host": HOST, "static": STATIC}
        text = CONFIGURATION.format(
            largest=LARGEST_UPLOAD, public=self.site.port("public"), **names, **entries
        )
        write_private(home / "nginx.conf", text)

    def command(self) -> Command:
        """Run it in the foreground."""
        home = self.site.path("front")
        arguments = ["/usr/sbin/nginx", "-e", "stderr", "-p", str(home), "-c", str(home / "nginx.conf")]
        return Command(arguments, clean_environment(home), home)

    def is_ready(self) -> bool:
        """It accepts connections; what is behind it was ready before.

        That somebody accepts is not enough: nginx writes its id down once the port is its own.
        """
        return self._own_pid.exists() and accepts(self.site.port("public"))

    @property
    def _own_pid(self) -> Path:
        return self.site.path("front") / "nginx.pid"
