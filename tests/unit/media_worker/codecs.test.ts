// Which of a browser's codecs an offer names.

import assert from "node:assert/strict";
import { test } from "node:test";

import { usable } from "../../../gateway/frontend/src/signalling/codecs";

const h264 = (profile: string, mode: number): { mimeType: string; sdpFmtpLine: string } => ({
  mimeType: "video/H264",
  sdpFmtpLine: `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${profile}`,
});

test("of H.264 the first baseline in packets of any size is offered, beside VP8 and its repair", () => {
  const [vp8, rtx, vp9] = ["VP8", "rtx", "VP9"].map((name) => ({ mimeType: `video/${name}` }));
  const known = [vp8!, rtx!, vp9!, h264("640c1f", 1), h264("42e01f", 0), h264("42e01f", 1), h264("42001f", 1)];
  assert.deepEqual(usable(known), [vp8, rtx, known[5]]);
});

test("of sound opus alone is offered", () => {
  const known = ["opus", "red", "G722"].map((name) => ({ mimeType: `audio/${name}` }));
  assert.deepEqual(usable(known), [known[0]]);
});
