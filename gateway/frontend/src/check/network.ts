/** The network, tried on the way that a call takes: one connection sends a drawn picture, another receives it. */

import type { Client } from "../call/http.js";
import { Connection, type Answer } from "../signalling/index.js";
import type { CheckAnswer, CheckLine } from "../signalling/wire.js";
import { counters, measured, type Counters, type Measured, type Report } from "./measured.js";
import { drawnPicture } from "./picture.js";

/** As much as a call's picture takes. */
const USEFUL = 1_500_000;
/** The browser begins low and feels its way up. */
const SETTLE_MS = 6_000;
const MEASURE_MS = 5_000;

export type Network = Measured & { readonly network: "measured" } | { readonly network: "unreachable" };

type Side = "sending" | "receiving";

/** The connection was not made, or was lost again. */
class Unreachable extends Error {}

/**
 * Measure for some ten seconds.  Rejects with the server's `Refusal` where it grants no line now; a network by which
 * the SFU is not reached is a result.
 */
export async function tryNetwork(http: Client, url: string): Promise<Network> {
  const line = (await http.post(url, {})) as CheckLine;
  const picture = drawnPicture();
  const sending = connection(http, url, line, "sending", picture.track);
  const receiving = connection(http, url, line, "receiving");
  try {
    const cut = Promise.race([lost(sending), lost(receiving)]);
    await Promise.race([both(sending, receiving), cut]);
    return { network: "measured", ...(await Promise.race([measure(sending, receiving), cut])) };
  } catch (error) {
    if (error instanceof Unreachable) return { network: "unreachable" };
    throw error;
  } finally {
    sending.close();
    receiving.close();
    picture.stop();
  }
}

function connection(http: Client, url: string, line: CheckLine, side: Side, camera?: MediaStreamTrack): Connection {
  const exchange = async (sdp: string, signal: AbortSignal): Promise<Answer> => {
    const answer = (await http.post(`${at(url, line.check)}`, { side, sdp }, signal)) as CheckAnswer;
    return { sdp: answer.sdp, slot: answer.slot, slots: answer.slots.map((held) => ({ slot: held.slot, participantId: held.participant })) };
  };
  const iceServers = line.ice_servers.map((server) => ({ ...server, urls: [...server.urls] }));
  return new Connection(exchange, camera ? { camera } : {}, undefined, { iceServers });
}

/** `/rooms/r/checks?as=guest` → `/rooms/r/checks/<check>/offer?as=guest`. */
function at(url: string, check: string): string {
  const [path = "", query] = url.split("?");
  return `${path}/${encodeURIComponent(check)}/offer${query ? `?${query}` : ""}`;
}

async function both(...connections: Connection[]): Promise<void> {
  await Promise.all(connections.map(async (one) => Promise.all([up(one), one.open()])));
}

function up(one: Connection): Promise<void> {
  return new Promise((resolve) => one.on("link", (link) => link === "up" && resolve()));
}

function lost(one: Connection): Promise<never> {
  return new Promise((_, reject) => one.on("link", (link) => link === "lost" && reject(new Unreachable())));
}

async function measure(sending: Connection, receiving: Connection): Promise<Measured> {
  await rest(SETTLE_MS);
  const before = await look(sending, receiving);
  await rest(MEASURE_MS);
  return measured(before, await look(sending, receiving), USEFUL);
}

async function look(sending: Connection, receiving: Connection): Promise<Counters> {
  const [sent, received] = await Promise.all([sending.stats(), receiving.stats()]);
  return counters(sent as unknown as Report, received as unknown as Report, performance.now());
}

function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, milliseconds));
}
