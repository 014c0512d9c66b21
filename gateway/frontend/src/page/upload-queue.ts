/** Files on their way, one after the other; each can be cancelled, and one that failed tried again. Pure logic. */

export type State = "waiting" | "sending" | "checking" | "done" | "failed" | "cancelled";

/** One transfer that has begun; `done` answers with what the server says of it, or rejects with why not. */
export interface Transfer {
  readonly done: Promise<string>;
  cancel(): void;
}

/** Begin to send; `progress` tells the share that has left this machine. */
export type Send<T> = (item: T, key: string, progress: (share: number) => void) => Transfer;

export interface Job<T> {
  readonly item: T;
  /** The same for every attempt, so that a file whose answer was lost is not kept twice. */
  readonly key: string;
  state: State;
  share: number;
  /** What the server or the page says of it. */
  sentence: string;
  /** Whether another attempt may end otherwise. */
  repeatable: boolean;
}

/** Why one has not arrived; without a sentence it was cancelled. */
export interface Fault {
  readonly sentence: string;
  readonly repeatable: boolean;
}

export interface Count {
  readonly all: number;
  readonly done: number;
  readonly failed: number;
  readonly busy: boolean;
}

export class UploadQueue<T> {
  readonly jobs: Job<T>[] = [];
  private readonly send: Send<T>;
  private readonly changed: (job: Job<T>) => void;
  private readonly why: (error: unknown) => Fault;
  private current: { readonly job: Job<T>; readonly transfer: Transfer } | undefined;

  constructor(send: Send<T>, changed: (job: Job<T>) => void, why: (error: unknown) => Fault) {
    this.send = send;
    this.changed = changed;
    this.why = why;
  }

  /** Queue it; with a `fault` it has failed before it began. */
  add(item: T, key: string, fault = ""): Job<T> {
    const job: Job<T> = { item, key, state: fault ? "failed" : "waiting", share: 0, sentence: fault,
      repeatable: false };
    this.jobs.push(job);
    this.changed(job);
    this.next();
    return job;
  }

  /** What has left already may have arrived: then it is too late. */
  cancel(job: Job<T>): void {
    if (job.state === "waiting") this.put(job, "cancelled", { sentence: "", repeatable: true });
    if (job.state === "sending" && this.current?.job === job) this.current.transfer.cancel();
  }

  again(job: Job<T>): void {
    if (!job.repeatable) return;
    this.put(job, "waiting");
    this.next();
  }

  /** It counts no more; one that is on its way stays. */
  forget(job: Job<T>): void {
    if (isOver(job)) this.jobs.splice(this.jobs.indexOf(job), 1);
  }

  count(): Count {
    const of = (...states: State[]): number => this.jobs.filter((job) => states.includes(job.state)).length;
    const cancelled = of("cancelled");
    const busy = of("waiting", "sending", "checking") > 0;
    return { all: this.jobs.length - cancelled, done: of("done"), failed: of("failed"), busy };
  }

  private next(): void {
    const job = this.current ? undefined : this.jobs.find((one) => one.state === "waiting");
    if (job) void this.carry(job);
  }

  private async carry(job: Job<T>): Promise<void> {
    const transfer = this.send(job.item, job.key, (share) => this.progress(job, share));
    this.current = { job, transfer };
    this.put(job, "sending");
    try {
      const said = await transfer.done;
      this.put(job, "done", { sentence: said, repeatable: false });
    } catch (error) {
      const fault = this.why(error);
      this.put(job, fault.sentence ? "failed" : "cancelled", fault);
    }
    this.current = undefined;
    this.next();
  }

  private progress(job: Job<T>, share: number): void {
    if (this.current?.job !== job) return;
    job.share = share;
    this.put(job, share < 1 ? "sending" : "checking");
  }

  private put(job: Job<T>, state: State, fault: Fault = { sentence: "", repeatable: false }): void {
    job.state = state;
    job.sentence = fault.sentence;
    job.repeatable = fault.repeatable;
    if (state === "waiting") job.share = 0;
    this.changed(job);
  }
}

export function isOver({ state }: Job<unknown>): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}
