/** How loud a microphone is, 0 to 1, for a meter that shows that it works. */

/** Root mean square of samples around 128 (8 bit), stretched so that ordinary speech fills the meter. */
export function loudness(samples: Uint8Array): number {
  let sum = 0;
  for (const value of samples) sum += ((value - 128) / 128) ** 2;
  return Math.min(1, Math.sqrt(sum / Math.max(1, samples.length)) * 5);
}

/** Call `show` about fifteen times a second until the returned function is called. */
export function measure(stream: MediaStream, show: (level: number) => void): () => void {
  if (stream.getAudioTracks().length === 0) return () => undefined;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  const timer = window.setInterval(() => {
    analyser.getByteTimeDomainData(samples);
    show(loudness(samples));
  }, 66);
  return () => {
    window.clearInterval(timer);
    void context.close();
  };
}

/** Two gentle tones in the speaker. */
export async function playTestSound(): Promise<void> {
  const context = new AudioContext();
  for (const [at, frequency] of [[0, 523.25], [0.35, 659.25]] as const) tone(context, at, frequency);
  await new Promise((resolve) => window.setTimeout(resolve, 900));
  await context.close();
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
