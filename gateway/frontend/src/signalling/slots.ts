/** Who is in which receiving slot; the number is the same for everybody in the room. */

export interface SlotHolder {
  readonly slot: number;
  readonly participantId: string;
}

export class Slots {
  private readonly holders = new Map<number, string>();

  /**
   * A new connection's answer names everybody, but for `news`, heard while it was on its way: who has come into a slot,
   * or (undefined) gone.  Returns who is there no more.
   */
  replace(holders: readonly SlotHolder[], news: ReadonlyMap<string, number | undefined> = new Map()): string[] {
    const before = this.all();
    this.holders.clear();
    for (const { slot, participantId } of holders) this.holders.set(slot, participantId);
    for (const [participantId, slot] of news) {
      if (slot === undefined) this.vacate(participantId);
      else this.occupy(slot, participantId);
    }
    return before.map(({ participantId }) => participantId).filter((one) => this.slotOf(one) === undefined);
  }

  /** The one who lost the slot to somebody else, if so. */
  occupy(slot: number, participantId: string): string | undefined {
    const former = this.holders.get(slot);
    this.vacate(participantId);
    this.holders.set(slot, participantId);
    return former === participantId ? undefined : former;
  }

  vacate(participantId: string): boolean {
    const slot = this.slotOf(participantId);
    return slot !== undefined && this.holders.delete(slot);
  }

  slotOf(participantId: string): number | undefined {
    for (const [slot, holder] of this.holders) if (holder === participantId) return slot;
    return undefined;
  }

  all(): SlotHolder[] {
    return [...this.holders].map(([slot, participantId]) => ({ slot, participantId }));
  }
}
