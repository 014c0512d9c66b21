/** A page about a room outside the call: loads itself anew when something changes there. */

import { part, said } from "./call/dom.js";
import { follow } from "./call/room-events.js";

const CHANGES = new Set(["joined", "left", "admitted", "ended", "reopened", "moved", "cancelled", "forgotten"]);
const place = part("watch");

follow(said(place, "watch"), said(place, "after"), {
  take: (event) => CHANGES.has(event.type) && window.location.reload(),
  state: () => undefined,
  refused: () => undefined,
});
