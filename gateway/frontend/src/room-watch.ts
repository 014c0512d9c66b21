/** A page about a room outside the call: loads itself anew when something changes there. */

import { part, said } from "./call/dom.js";
import { client } from "./call/http.js";
import { reload } from "./page/reload.js";
import { onWaking } from "./page/waking.js";
import { Follower } from "./signalling/index.js";

const CHANGES = new Set(["joined", "left", "admitted", "sent_back", "handed_over", "document_filed", "ended", "reopened", "moved", "cancelled", "forgotten"]);
const place = part("watch");
const http = client("", "");

const log = new Follower(said(place, "watch"), said(place, "after"), {
  take: (event) => CHANGES.has(event.type) && void reload(),
  state: () => undefined,
  refused: () => void look(),
});
onWaking(() => {
  log.hurry();
  void look();
});

/** The stream may have ended because the room is forgotten: then the page is another one. */
async function look(): Promise<void> {
  const state = (await http.get(said(place, "state-url")).catch(() => undefined)) as { phase: string } | undefined;
  if (state !== undefined && state.phase !== said(place, "phase")) void reload();
}
