// What a page says of itself with an offer: whether it takes the call, or only comes back to it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusal } from "../../../gateway/frontend/src/call/http";
import { Offers } from "../../../gateway/frontend/src/call/offers";
import { Refused } from "../../../gateway/frontend/src/signalling";
import type { Offer } from "../../../gateway/frontend/src/signalling/wire";

const ANSWER = { sdp: "v=0", node: "n", epoch: 1, slot: 0, slots: [] };

function page(answer: () => unknown = () => ANSWER, unwatched = false): { offers: Offers; said: Offer[]; send(): Promise<unknown> } {
  const said: Offer[] = [];
  const post = async (_: string, body: unknown): Promise<unknown> => {
    said.push(body as Offer);
    return answer();
  };
  const offers = new Offers({ get: post as never, post }, "/offer", () => 1, () => unwatched);
  return { offers, said, send: () => offers.send("v=0", new AbortController().signal) };
}

const resumed = (said: readonly Offer[]): (boolean | undefined)[] => said.map(({ resumes }) => resumes);

test("a page takes the call when it is loaded, and after that comes back to it, under one name", async () => {
  const { offers, said, send } = page();
  for (const _ of "ab") await send();
  assert.deepEqual(resumed(said), [false, true]);
  assert.equal(new Set(said.map((offer) => offer.page)).size, 1);
  assert.ok(offers.isMine(said[0]?.page ?? "") && !offers.isMine("another") && !page().offers.isMine(said[0]?.page ?? ""));
});

test("a page whose offer was not answered has not had the call", async () => {
  const { said, send } = page(() => {
    throw new Refusal("-", "NoMediaNode", true, 503);
  });
  for (const _ of "ab") await assert.rejects(send, Refusal);
  assert.deepEqual(resumed(said), [false, false]);
});

test("its reader may take the call back", async () => {
  const { offers, said, send } = page();
  await send();
  offers.takeBack();
  await send();
  assert.deepEqual(resumed(said), [false, false]);
});

test("of pages that waited together one that nobody looks at takes it from none, until its reader asks", async () => {
  const { offers, said, send } = page(undefined, true);
  await send();
  offers.takeBack();
  await send();
  assert.deepEqual(resumed(said), [true, false]);
});

test("a refusal for good says why, in the server's words", async () => {
  const { offers, send } = page(() => {
    throw new Refusal("Load it again.", "ProtocolMismatch", false, 409);
  });
  await assert.rejects(send, (error) => error instanceof Refused && error.code === "ProtocolMismatch");
  assert.equal(offers.refusal, "Load it again.");
});
