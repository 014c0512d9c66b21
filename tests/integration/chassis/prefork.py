"""A gunicorn application with one client made before the fork, as the gateway makes it."""

import os

from services.chassis.rpc_client import RpcClient
from services.contracts.errors import PlatformError
from tests.integration.chassis.sample_contracts import Fail

client = RpcClient(os.environ["AMQP_URL"], "gateway-pages")


def application(environ, start_response):
    """Answer with the process id and the refusal that the service gave."""
    try:
        client.call(Fail(how=f"typed:{os.getpid()}"))
    except PlatformError as error:
        body = f"{type(error).__name__} {error.details['subject']} {os.getpid()}".encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
