"""A line for a device check is a lease on its node, counted with those of calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from redis import Redis

from services.chassis.ids import new_id
from services.media.control.adapters.lines import RedisLines
from services.media.control.adapters.nodes import RedisNodes
from services.media.control.domain.placement import Node
from tests.integration.media_control.test_placement import announce, client, node, nodes

__all__ = ["announce", "client", "node", "nodes"]

pytestmark = pytest.mark.integration

HALF_A_MINUTE = timedelta(seconds=30)


def test_a_line_is_a_lease_on_its_node_and_leaves_the_others_their_places(
    nodes: RedisNodes, node: Node, client: Redis
) -> None:
    lines = RedisLines(client, HALF_A_MINUTE, 20)
    calls = [new_id(), new_id()]
    assert nodes.place(calls[0], node)
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: lines.open(new_id(), "somebody", node.node_id, 4), range(12)))
    assert opened.count(True) == 3
    assert nodes.alive()[0].taken == 8
    assert nodes.place(calls[1], node)
    assert nodes.place(new_id(), node) is None


def test_a_lease_ends_with_its_line(nodes: RedisNodes, node: Node, client: Redis) -> None:
    lines = RedisLines(client, HALF_A_MINUTE, 20)
    assert lines.open("ended", "somebody", node.node_id, 5)
    client.zadd(f"media:lines:{node.node_id}", {"ended": 1})
    assert nodes.alive()[0].lines == 0
