/**
 * The browser's half of `services/media/SIGNALLING.md`: no page, no HTTP requests, only WebRTC and the room's log.
 *
 *   const call = new Call(async (offer, signal) => postOffer(offer, signal), { microphone, camera }, relays);
 *   call.on("state", (state) => …);                              // connecting, connected, interrupted, …
 *   call.on("participant", ({ participantId, stream }) => …);   // show or replace his tile
 *   call.on("left", ({ participantId }) => …);
 *   call.on("screen", ({ participantId, stream }) => …);        // participantId undefined: nobody shares
 *   call.connect();
 *
 * `Follower` opens the room's log. Its entries go in: `connected` → `occupy(slot, by)`, `disconnected` → `vacate(by)`,
 * `screen` → `screenOf(by)`, `reconnect` → `reconnect()`, `elsewhere` of another page of one's own → `yield()`.  Tracks are changed at any time with `setMicrophone`,
 * `setCamera`, `setScreen`; `setDetail` for papers.  `stats()` is getStats.
 *
 * `hurry()` when the network came back or changed, or the page slept: nothing is waited for that can be tried now.
 *
 * `relays` is asked for TURN servers before each new connection, whose credentials live no longer than the call;
 * the browser takes one where nothing else gets through.
 *
 * Who keeps retries in hand himself takes `Connection`, one peer connection and no more.
 */

export { Call, type CallEvents, type State } from "./call";
export { Connection, type Answer, type Exchange, type Link } from "./connection";
export { Handshake, readAnswer, readRelays, readWait } from "./protocol";
export { type LocalTracks, type Source } from "./layout";
export { Follower, readEntry, type RoomEvent } from "./log";
export { type EntryType, type Sending } from "./wire";
export { Busy, Refused } from "./refusals";
export { type Relays } from "./relays";
export { retryDelay } from "./retry";
export { type SlotHolder } from "./slots";
