import assert from "node:assert/strict";
import { test } from "node:test";

import { UploadQueue, type Transfer } from "../../../../gateway/frontend/src/page/upload-queue.ts";

/** A server whose answers the test gives one by one. */
class Server {
  readonly begun: { name: string; key: string; answer: (said: string) => void; refuse: (why: string) => void;
    progress: (share: number) => void }[] = [];
  readonly queue = new UploadQueue<string>(
    (name, key, progress) => this.begin(name, key, progress),
    () => undefined,
    (error) => {
      const sentence = (error as Error).message;
      return { sentence, repeatable: sentence === "" || sentence === "offline" };
    },
  );

  last() {
    const last = this.begun.at(-1);
    assert.ok(last);
    return last;
  }

  states(): string[] {
    return this.queue.jobs.map((job) => job.state);
  }

  private begin(name: string, key: string, progress: (share: number) => void): Transfer {
    let answer: (said: string) => void = () => undefined;
    let refuse: (why: string) => void = () => undefined;
    const done = new Promise<string>((resolve, reject) => {
      answer = resolve;
      refuse = (why) => reject(new Error(why));
    });
    this.begun.push({ name, key, answer, refuse, progress });
    return { done, cancel: () => refuse("") };
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("files go one after the other", async () => {
  const server = new Server();
  for (const name of ["a", "b"]) server.queue.add(name, `key-${name}`);
  assert.deepEqual(server.states(), ["sending", "waiting"]);
  server.last().answer("uploaded");
  await settled();
  assert.deepEqual(server.states(), ["done", "sending"]);
  assert.deepEqual(server.begun.map((one) => one.name), ["a", "b"]);
  server.last().answer("uploaded");
  await settled();
  assert.deepEqual(server.queue.count(), { all: 2, done: 2, failed: 0, busy: false });
});

test("one that is refused says why and does not hold up the next", async () => {
  const server = new Server();
  for (const name of ["a", "b"]) server.queue.add(name, `key-${name}`);
  server.last().refuse("too full");
  await settled();
  assert.deepEqual(server.states(), ["failed", "sending"]);
  assert.equal(server.queue.jobs[0]?.sentence, "too full");
});

test("a cancelled one is left out, whether it waits or is under way", async () => {
  const server = new Server();
  const [first, second, third] = ["a", "b", "c"].map((name) => server.queue.add(name, `key-${name}`));
  assert.ok(first && second && third);
  server.queue.cancel(second);
  server.queue.cancel(first);
  await settled();
  assert.deepEqual(server.states(), ["cancelled", "cancelled", "sending"]);
  assert.deepEqual(server.begun.map((one) => one.name), ["a", "c"]);
  assert.equal(server.queue.count().all, 1);
});

test("what has wholly left cannot be cancelled any more", async () => {
  const server = new Server();
  const job = server.queue.add("a", "key");
  server.last().progress(0.5);
  assert.deepEqual([job.state, job.share], ["sending", 0.5]);
  server.last().progress(1);
  assert.equal(job.state, "checking");
  server.queue.cancel(job);
  server.last().answer("uploaded");
  await settled();
  assert.equal(job.state, "done");
});

test("a second attempt brings the key of the first", async () => {
  const server = new Server();
  const job = server.queue.add("a", "key");
  server.last().refuse("offline");
  await settled();
  server.queue.again(job);
  assert.deepEqual(server.begun.map((one) => one.key), ["key", "key"]);
  server.queue.again(job);
  assert.equal(server.begun.length, 2);
});

test("what the server has refused for good is not tried again", async () => {
  const server = new Server();
  const job = server.queue.add("a", "key");
  server.last().refuse("too full");
  await settled();
  assert.equal(job.repeatable, false);
  server.queue.again(job);
  assert.equal(server.begun.length, 1);
});

test("a cancelled one can be sent after all", async () => {
  const server = new Server();
  const job = server.queue.add("a", "key");
  server.queue.cancel(job);
  await settled();
  server.queue.again(job);
  server.last().answer("uploaded");
  await settled();
  assert.equal(job.state, "done");
});

test("one that cannot be sent is never begun", () => {
  const server = new Server();
  const job = server.queue.add("a", "key", "too large");
  assert.deepEqual([job.state, job.sentence, server.begun.length], ["failed", "too large", 0]);
});

test("what is over and was read counts no more, and what is on its way stays", async () => {
  const server = new Server();
  const [first, second] = ["a", "b"].map((name) => server.queue.add(name, `key-${name}`));
  assert.ok(first && second);
  server.last().answer("uploaded");
  await settled();
  server.queue.forget(first);
  server.queue.forget(second);
  assert.deepEqual(server.queue.count(), { all: 1, done: 0, failed: 0, busy: true });
});
