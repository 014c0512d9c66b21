/** The camera that looks away from who holds the phone; borrowed from a call where one is on. */

import { faultOf, type Fault } from "../call/devices.js";
import { PAPER } from "../call/paper.js";

/** Ask whoever has the camera to give it up for a while; what comes back gives it back. */
export type Borrow = () => () => void;

export class PaperCamera {
  private stream: MediaStream | undefined;
  private giveBack: (() => void) | undefined;
  /** Rises with every wish: what an earlier one brings is given back as it comes. */
  private wish = 0;

  constructor(private readonly borrow: Borrow = () => () => undefined) {}

  /** Shown in `video`, or why not; nothing when it was closed meanwhile. */
  async open(video: HTMLVideoElement, lost: () => void): Promise<Fault | "open" | "closed"> {
    const wish = (this.wish += 1);
    if (!navigator.mediaDevices) return "unsupported";
    if (this.stream?.active) return "open"; // phones ask again for each
    this.giveBack ??= this.borrow();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { ...PAPER, facingMode: { ideal: "environment" } } });
      if (wish !== this.wish) return stop(stream);
      this.stream = stream;
      stream.getVideoTracks()[0]?.addEventListener("ended", lost);
      video.srcObject = stream;
      await video.play();
      return wish === this.wish ? "open" : "closed";
    } catch (error) {
      return wish === this.wish ? faultOf(error) : "closed";
    }
  }

  /** Off, and free for whoever wants it next. */
  close(video: HTMLVideoElement): void {
    this.wish += 1;
    if (this.stream) stop(this.stream);
    this.stream = undefined;
    video.srcObject = null;
    this.giveBack?.();
    this.giveBack = undefined;
  }
}

/** One that we stop ourselves tells nobody that it has ended. */
function stop(stream: MediaStream): "closed" {
  for (const track of stream.getTracks()) track.stop();
  return "closed";
}
