/** Whoever is in the call beside the one in the large picture, seen small. */

import { filled, part } from "./dom.js";
import { nameOf } from "./people.js";
import type { Sign } from "./signs.js";

export class Others {
  private readonly place = part("others");
  private readonly template = part<HTMLTemplateElement>("template-other");
  private readonly small = new Map<string, HTMLElement>();

  constructor(private readonly enlarge: (participantId: string) => void) {}

  /** Show these and nobody else. */
  show(streams: ReadonlyMap<string, MediaStream>): void {
    for (const [participantId, picture] of this.small) {
      if (!streams.has(participantId)) this.remove(participantId, picture);
    }
    for (const [participantId, stream] of streams) {
      const picture = this.small.get(participantId) ?? this.add(participantId);
      part("other-name", picture).textContent = nameOf(participantId);
      play(picture, stream);
    }
  }

  /** Nothing new has come of this picture for a while. */
  stands(participantId: string, stands: boolean): void {
    const picture = this.small.get(participantId);
    if (picture === undefined) return;
    picture.toggleAttribute("data-stands", stands);
    part("other-stands", picture).hidden = !stands;
  }

  mark(participantId: string, { microphone, speaks }: Sign): void {
    const picture = this.small.get(participantId);
    if (picture === undefined) return;
    picture.toggleAttribute("data-speaks", speaks);
    part("small-speaks", picture).hidden = !speaks;
    part("small-muted", picture).hidden = microphone;
  }

  private add(participantId: string): HTMLElement {
    const picture = filled(this.template, {});
    picture.addEventListener("click", () => this.enlarge(participantId));
    this.small.set(participantId, picture);
    this.place.append(picture);
    return picture;
  }

  private remove(participantId: string, picture: HTMLElement): void {
    picture.remove();
    this.small.delete(participantId);
  }
}

function play(picture: HTMLElement, stream: MediaStream): void {
  const video = part<HTMLVideoElement>("other", picture);
  if (video.srcObject === stream) return;
  video.srcObject = stream;
  void video.play().catch(() => undefined); // without sound every browser plays
}
