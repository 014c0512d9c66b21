// The room's log over event streams that break, are refused, or fall silent without an end.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Follower } from "../../../gateway/frontend/src/signalling/log";

class FakeSource {
  static readonly CLOSED = 2;
  static all: FakeSource[] = [];
  readyState = 0;
  private readonly listeners = new Map<string, (event: { data: string; lastEventId: string }) => void>();

  constructor(readonly url: string) {
    FakeSource.all.push(this);
  }

  addEventListener(type: string, listener: () => void): void {
    this.listeners.set(type, listener);
  }

  say(type: string, id = "", data = "{}"): void {
    this.listeners.get(type)?.({ data, lastEventId: id });
  }

  close(): void {
    this.readyState = FakeSource.CLOSED;
  }
}

Object.assign(globalThis, { EventSource: FakeSource });

const ENTRY = JSON.stringify({ at: "2026-12-03T14:20:00Z", by: "citizen", mine: false, data: { role: "citizen" } });
const last = (): FakeSource => FakeSource.all.at(-1) as FakeSource;

function followed(): { log: Follower; told: unknown[] } {
  const told: unknown[] = [];
  const log = new Follower("/events/rooms/1?as=agent", "3-0", {
    take: (event) => told.push(event.type),
    state: (open) => told.push(open),
    refused: () => told.push("refused"),
  });
  return { log, told };
}

beforeEach(() => {
  FakeSource.all = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
});

test("the log is followed from where the page was made", () => {
  const { told } = followed();
  last().say("open");
  last().say("joined", "4-0", ENTRY);
  assert.equal(last().url, "/events/rooms/1?as=agent&after=3-0");
  assert.deepEqual(told, [true, "joined"]);
});

test("a stream that was refused is opened again after the last entry that came", () => {
  const { told } = followed();
  last().say("joined", "4-0", ENTRY);
  last().close();
  last().say("error");
  mock.timers.tick(3_000);
  assert.deepEqual([FakeSource.all.length, last().url.split("after=")[1], told], [2, "4-0", ["joined", false, "refused"]]);
});

test("a stream that the browser opens again by itself is left to it", () => {
  followed();
  last().say("open");
  last().say("error");
  mock.timers.tick(20_000);
  assert.equal(FakeSource.all.length, 1);
});

test("a stream that says nothing at all any more is opened anew, and is said to be away", () => {
  const { told } = followed();
  last().say("open");
  mock.timers.tick(25_000);
  assert.deepEqual([FakeSource.all.length, FakeSource.all[0]?.readyState, told], [2, FakeSource.CLOSED, [true, false]]);
});

test("a quiet room is no dead stream", () => {
  followed();
  for (let beat = 0; beat < 10; beat += 1) {
    mock.timers.tick(10_000);
    last().say("alive");
  }
  assert.equal(FakeSource.all.length, 1);
});

test("on waking up a stream that has missed a sign of life is opened anew at once", () => {
  const { log } = followed();
  last().say("open");
  mock.timers.setTime(1_060_000);
  log.hurry();
  assert.equal(FakeSource.all.length, 2);
});

test("on waking up a stream that was heard a moment ago is left alone", () => {
  const { log } = followed();
  last().say("open");
  log.hurry();
  assert.equal(FakeSource.all.length, 1);
});

test("on waking up nobody waits for the next attempt", () => {
  const { log } = followed();
  last().say("open");
  last().close();
  last().say("error");
  log.hurry();
  mock.timers.tick(3_000);
  assert.equal(FakeSource.all.length, 2);
});
