/** How loud a microphone is, 0 to 1, for a meter that shows that it works; and a sound for the speaker. */

/** Root mean square of samples around 128 (8 bit), stretched so that ordinary speech fills the meter. */
export function loudness(samples: Uint8Array): number {
  let sum = 0;
  for (const value of samples) sum += ((value - 128) / 128) ** 2;
  return Math.min(1, Math.sqrt(sum / Math.max(1, samples.length)) * 5);
}

export interface Meter {
  /** False where the browser lets no sound be looked at: without a click, or without any speaker. */
  readonly works: boolean;
  stop(): void;
}

const NO_METER: Meter = { works: false, stop: () => undefined };

/** Call `show` about fifteen times a second until the meter is stopped. */
export function measure(stream: MediaStream, show: (level: number) => void): Meter {
  if (stream.getAudioTracks().length === 0) return NO_METER;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  const timer = window.setInterval(() => {
    analyser.getByteTimeDomainData(samples);
    show(loudness(samples));
  }, 66);
  const stop = (): void => {
    window.clearInterval(timer);
    void context.close();
  };
  return { get works() { return context.state === "running"; }, stop };
}

/** Two gentle tones in the speaker; false where the browser plays nothing. */
export async function playTestSound(): Promise<boolean> {
  const context = new AudioContext();
  void context.resume().catch(() => undefined); // may never settle where there is no speaker
  for (const [at, frequency] of [[0, 523.25], [0.35, 659.25]] as const) tone(context, at, frequency);
  await new Promise((resolve) => window.setTimeout(resolve, 900));
  const played = context.state === "running";
  void context.close();
  return played;
}

function tone(context: AudioContext, at: number, frequency: number): void {
  const oscillator = new OscillatorNode(context, { frequency });
  const gain = new GainNode(context, { gain: 0 });
  const begin = context.currentTime + at;
  gain.gain.setValueAtTime(0, begin);
  gain.gain.linearRampToValueAtTime(0.25, begin + 0.03);
  gain.gain.linearRampToValueAtTime(0, begin + 0.3);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(begin);
  oscillator.stop(begin + 0.32);
}
