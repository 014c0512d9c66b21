// Pages and servers of different days: what both can is used, and nothing breaks for what only one can.

import assert from "node:assert/strict";
import { test } from "node:test";

import { readEntry } from "../../../gateway/frontend/src/signalling/log";
import { Handshake, readAnswer, readRelays } from "../../../gateway/frontend/src/signalling/protocol";
import { CAPABILITIES, VERSIONS, type Hello } from "../../../gateway/frontend/src/signalling/wire";

interface Refusal {
  readonly code: string;
}

async function shaken(answer: unknown, refusal?: Refusal): Promise<{ handshake: Handshake; said: Hello[]; outdated: number }> {
  const said: Hello[] = [];
  let outdated = 0;
  const greet = async (hello: Hello): Promise<unknown> => {
    said.push(hello);
    if (refusal !== undefined) throw refusal;
    return answer;
  };
  const handshake = new Handshake(greet, () => (outdated += 1));
  await handshake.shake();
  return { handshake, said, outdated };
}

test("the page says what it speaks and can, and uses what both can", async () => {
  const { handshake, said } = await shaken({ version: 1, capabilities: ["detail", "of tomorrow"] });
  assert.deepEqual(said, [{ versions: VERSIONS, capabilities: CAPABILITIES }]);
  assert.deepEqual([handshake.version, handshake.can("detail"), handshake.can("screen")], [1, true, false]);
});

test("a later version that both speak is the one of later offers", async () => {
  assert.equal((await shaken({ version: 2, capabilities: [] })).handshake.version, 2);
});

for (const [server, answer, refusal] of [
  ["that knows no hello", undefined, { code: "/problems/http-404" }],
  ["that does not answer now", undefined, { code: "offline" }],
  ["that answers something else", "<html>", undefined],
] as const) {
  test(`a server ${server} is taken for one of the first version`, async () => {
    const { handshake, outdated } = await shaken(answer, refusal);
    assert.deepEqual([handshake.version, handshake.can("detail"), handshake.can("elsewhere")], [1, true, false]);
    assert.equal(outdated, 0);
  });
}

test("a page that has no version in common with the server says so, once each time", async () => {
  const { handshake, outdated } = await shaken(undefined, { code: "ProtocolMismatch" });
  assert.equal(outdated, 1);
  assert.equal(handshake.version, 1, "what is up goes on as it was");
});

test("an answer is read with what was added to it since", () => {
  const answer = { sdp: "v=0", node: "n", epoch: 1, slot: 0, slots: [{ slot: 1, participant: "a", mood: "good" }], of: "tomorrow" };
  assert.deepEqual(readAnswer(answer), { sdp: "v=0", slot: 0, epoch: 1, slots: [{ slot: 1, participantId: "a" }] });
});

test("relays are read as a peer connection takes them", () => {
  const server = { urls: ["turn:relay.example"], username: "1:x", credential: "y" };
  assert.deepEqual(readRelays({ ice_servers: [server] }), [server]);
});

test("what is no entry is passed over", () => {
  for (const text of ["", "no JSON", "null", "[]", "7", '{"at":7,"by":"a","data":{}}', '{"at":"t","data":{}}', undefined]) {
    assert.equal(readEntry("left", text), undefined, String(text));
  }
  const entry = readEntry("left", '{"at":"t","mine":true,"by":"a","data":{"role":"agent"},"of":"tomorrow"}');
  assert.deepEqual(entry, { type: "left", at: "t", mine: true, by: "a", data: { role: "agent" } });
});
