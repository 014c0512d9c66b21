/** A drawn picture that is hard to code: it fills a line like a lively camera, and shows nobody. */

const WIDTH = 640;
const HEIGHT = 360;
const GRAIN = 4;
const FRAMES_PER_SECOND = 15;

export interface Picture {
  readonly track: MediaStreamTrack | undefined;
  stop(): void;
}

export function drawnPicture(): Picture {
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  const grains = Object.assign(document.createElement("canvas"), { width: WIDTH / GRAIN, height: HEIGHT / GRAIN });
  const draw = noise(canvas, grains);
  draw();
  const timer = window.setInterval(draw, 1_000 / FRAMES_PER_SECOND);
  const [track] = canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks();
  const stop = (): void => {
    window.clearInterval(timer);
    track?.stop();
  };
  return { track, stop };
}

function noise(canvas: HTMLCanvasElement, grains: HTMLCanvasElement): () => void {
  const onto = canvas.getContext("2d");
  const from = grains.getContext("2d");
  return () => {
    const image = from?.createImageData(grains.width, grains.height);
    if (image === undefined) return;
    crypto.getRandomValues(image.data);
    for (let at = 3; at < image.data.length; at += 4) image.data[at] = 255;
    from?.putImageData(image, 0, 0);
    onto?.drawImage(grains, 0, 0, canvas.width, canvas.height);
  };
}
