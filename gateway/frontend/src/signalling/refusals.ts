/** Answers of the server that are no session description. */

/** Thrown by `exchange` when asking again is useless: not admitted, room closed, bad offer. */
export class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
    this.name = "Refused";
  }
}

/** Thrown by `exchange` when all lines are taken: it is asked again after a while, in the order of those who wait. */
export class Busy extends Error {
  constructor(
    readonly ahead: number,
    readonly againMs: number,
  ) {
    super("all lines are taken");
    this.name = "Busy";
  }
}
