/** Codecs that the SFU passes on, as a browser names them. */

interface Named {
  readonly mimeType: string;
  readonly sdpFmtpLine?: string;
}

const TAKEN = ["audio/opus", "video/vp8", "video/h264", "video/rtx"];

/** Of all that a browser knows, one variant of each that the SFU takes. */
export function usable<Known extends Named>(known: readonly Known[]): Known[] {
  const first = new Map<string, Known>();
  for (const codec of known.filter(isTaken)) {
    const name = codec.mimeType.toLowerCase();
    if (!first.has(name)) first.set(name, codec);
  }
  return [...first.values()];
}

/** H.264 in baseline and in packets of any size, which all browsers that speak it have in common. */
function isTaken({ mimeType, sdpFmtpLine = "" }: Named): boolean {
  const name = mimeType.toLowerCase();
  if (name !== "video/h264") return TAKEN.includes(name);
  return /profile-level-id=42/i.test(sdpFmtpLine) && sdpFmtpLine.includes("packetization-mode=1");
}
