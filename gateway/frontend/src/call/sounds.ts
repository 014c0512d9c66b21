/**
 * The sound of everybody else, apart from the pictures: browsers keep the sound of a picture back until its first
 * frame has come, and of somebody without a camera none ever does.
 */

export class Sounds {
  private readonly playing = new Map<string, HTMLAudioElement>();

  /** `button` is shown where a browser wants a click before sound is heard. */
  constructor(private readonly button: HTMLButtonElement) {
    this.button.addEventListener("click", () => this.start());
  }

  put(participantId: string, stream: MediaStream): void {
    this.remove(participantId);
    const sound = new Audio();
    sound.srcObject = new MediaStream(stream.getAudioTracks());
    this.playing.set(participantId, sound);
    this.start();
  }

  remove(participantId: string): void {
    const sound = this.playing.get(participantId);
    if (sound === undefined) return;
    sound.pause();
    sound.srcObject = null;
    this.playing.delete(participantId);
  }

  clear(): void {
    for (const participantId of [...this.playing.keys()]) this.remove(participantId);
  }

  private start(): void {
    this.button.hidden = true;
    for (const sound of this.playing.values()) {
      sound.play().catch((error: unknown) => {
        if (error instanceof DOMException && error.name === "NotAllowedError") this.button.hidden = false;
      });
    }
  }
}
