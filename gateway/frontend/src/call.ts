/** The call page of citizen and agent: joins the pure model with devices, connection, log and page. */

import { Conversation } from "./call/conversation.js";
import { part, said, showOnly } from "./call/dom.js";
import { client, Refusal } from "./call/http.js";
import { InPlace } from "./call/in-place.js";
import { Line } from "./call/line.js";
import { LogWords } from "./call/log-words.js";
import { magnifier } from "./call/magnifier.js";
import { advance, begin, stage } from "./call/model.js";
import type { Fact, Model, Phase } from "./call/model.js";
import { Own } from "./call/own.js";
import { Papers } from "./call/papers.js";
import { greeting, offerTools } from "./call/greeting.js";
import { Offers } from "./call/offers.js";
import { People } from "./call/people.js";
import { Showing } from "./call/showing.js";
import { Wait } from "./call/wait.js";
import { reload } from "./page/reload.js";
import { onWaking } from "./page/waking.js";
import { Follower, readEntry, retryDelay } from "./signalling/index.js";
import type { EntryType, RoomEvent } from "./signalling/index.js";

/** After these the server is asked what may be done now. */
const CHANGES = new Set(["joined", "left", "admitted", "sent_back", "agent_missing", "ended", "reopened", "cancelled", "forgotten"]);
/** After these of a colleague an agent has other buttons. */
const OF_COLLEAGUES = new Set(["admitted", "sent_back"]);
/** After these there is something else to hand over to the case file, or less. */
const OF_THE_CASE_FILE = new Set(["document_added", "document_removed", "document_filed"]);
/** After these an agent reads other words of who looks after the room. */
const OF_THE_KEEPER = new Set(["handed_over", "joined", "left"]);
const MANY_MS = 150;

class CallPage {
  private readonly root = part("call");
  private readonly token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
  private readonly http = client(this.token, said(this.root, "offline"));
  private readonly people = new People("people", () => this.line.name());
  private readonly guests = new People("guests", () => this.line.name());
  private readonly own = new Own((devices) => this.learn({ kind: "devices", devices }));
  private readonly conversation = new Conversation(this.http, () => this.own.lend());
  private readonly handshake = greeting(this.http);
  private readonly offers = new Offers(
    this.http,
    said(this.root, "offer-url"),
    () => this.handshake.version,
    () => said(this.root, "phase") === "waiting" && document.hidden,
  );
  private readonly line = new Line(this.http, this.offers, this.own, (fact) => this.learn(fact));
  private readonly inPlace = new InPlace(() => this.line.name());
  private readonly logWords = new LogWords();
  private readonly wait = new Wait(() => this.model.phase === "waiting");
  private readonly papers = new Papers((participantId) => this.line.enlarge(participantId));
  private readonly showing = new Showing(this.http, said(this.root, "detail-url"), this.own, this.line);
  private model: Model = begin(said(this.root, "phase") as Phase);
  private lookTimer: number | undefined;
  private unanswered = 0;

  start(): void {
    this.show();
    void this.own.open();
    magnifier();
    this.takeStanding();
    const log = new Follower(said(this.root, "events-url"), said(this.root, "after"), {
      take: (event) => this.take(event),
      state: (open) => this.opened(open),
      refused: () => this.look(),
    });
    onWaking(() => {
      log.hurry();
      this.line.hurry();
      this.look();
    });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.look());
  }

  /** What was said before this page was made and still holds. */
  private takeStanding(): void {
    for (const entry of JSON.parse(said(this.root, "standing")) as { type: EntryType }[]) {
      const event = readEntry(entry.type, JSON.stringify(entry));
      if (event === undefined) continue;
      this.line.take(event);
      this.papers.take(event);
    }
  }

  private opened(open: boolean): void {
    this.logWords.state(open);
    if (open) void this.handshake.shake().then(() => offerTools(this.handshake));
  }

  private learn(fact: Fact): void {
    const [model, commands] = advance(this.model, fact);
    this.model = model;
    for (const command of commands) {
      if (command === "connect") this.line.connect();
      else if (command === "disconnect") this.line.disconnect();
      else if (command === "release") this.own.release();
      else void reload();
    }
    this.show();
  }

  private take(event: RoomEvent): void {
    this.conversation.take(event);
    this.people.take(event);
    this.guests.take(event);
    if (OF_THE_KEEPER.has(event.type)) void this.inPlace.refresh("keeper");
    if (OF_THE_CASE_FILE.has(event.type)) this.showFiled(event);
    this.line.take(event);
    this.papers.take(event);
    this.showing.take(event);
    this.wait.take(event);
    const isColleagues = said(this.root, "role") === "agent" && !event.mine && OF_COLLEAGUES.has(event.type);
    if (event.type === "moved" || isColleagues) void reload();
    else if (CHANGES.has(event.type)) this.look();
  }

  /** What an agent has handed over himself his own form has shown. */
  private showFiled(event: RoomEvent): void {
    if (!event.mine || event.type !== "document_filed") void this.inPlace.refresh("case-file");
    if (event.type === "document_filed") void this.inPlace.refresh("filed");
  }

  /** Ask once for several changes that come together. */
  private look(delay = MANY_MS): void {
    window.clearTimeout(this.lookTimer);
    this.lookTimer = window.setTimeout(() => void this.ask(), delay);
  }

  private async ask(): Promise<void> {
    try {
      const state = (await this.http.get(said(this.root, "state-url"))) as { phase: Phase; agents: number };
      this.unanswered = 0;
      this.learn({ kind: "phase", phase: state.phase });
      showOnly("agents", state.agents > 0 ? "some" : "none", this.root);
    } catch (error) {
      if (error instanceof Refusal && error.isGone) void reload();
      else this.look(retryDelay(this.unanswered++)); // the line says itself when nothing works
    }
  }

  private show(): void {
    const now = stage(this.model);
    if (this.root.dataset["stage"] === now) return;
    this.root.dataset["stage"] = now;
    showOnly("stage", now, part("stage-words", this.root));
    this.conversation.enable(this.model.phase === "admitted");
  }
}

new CallPage().start();
