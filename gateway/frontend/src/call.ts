/** The call page of citizen and agent: joins the pure model with devices, connection, log and page. */

import { Conversation } from "./call/conversation.js";
import { part, said, showOnly } from "./call/dom.js";
import { client } from "./call/http.js";
import { Line } from "./call/line.js";
import { magnifier } from "./call/magnifier.js";
import { advance, begin, stage } from "./call/model.js";
import type { Fact, Model, Phase } from "./call/model.js";
import { Own } from "./call/own.js";
import { Papers } from "./call/papers.js";
import { People } from "./call/people.js";
import { Showing } from "./call/showing.js";
import { Wait } from "./call/wait.js";
import { follow } from "./signalling/index.js";
import type { RoomEvent } from "./signalling/index.js";

/** After these the server is asked what may be done now. */
const CHANGES = new Set(["joined", "left", "admitted", "sent_back", "agent_missing", "ended", "reopened", "cancelled", "forgotten"]);
/** After these of a colleague an agent has other buttons. */
const OF_COLLEAGUES = new Set(["admitted", "sent_back"]);
const MANY_MS = 150;

class CallPage {
  private readonly root = part("call");
  private readonly token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
  private readonly http = client(this.token, said(this.root, "offline"));
  private readonly conversation = new Conversation(this.http);
  private readonly people = new People("people", () => this.line.name());
  private readonly guests = new People("guests", () => this.line.name());
  private readonly own = new Own((devices) => this.learn({ kind: "devices", devices }));
  private readonly line = new Line(this.http, said(this.root, "offer-url"), this.own, (fact) => this.learn(fact));
  private readonly wait = new Wait(() => this.model.phase === "waiting");
  private readonly papers = new Papers((participantId) => this.line.enlarge(participantId));
  private readonly showing = new Showing(this.http, said(this.root, "detail-url"), this.own, this.line);
  private model: Model = begin(said(this.root, "phase") as Phase);
  private lookTimer: number | undefined;

  start(): void {
    this.show();
    void this.own.open();
    magnifier();
    follow(said(this.root, "events-url"), said(this.root, "after"), {
      take: (event) => this.take(event),
      state: (open) => this.root.toggleAttribute("data-log-open", open),
      refused: () => this.look(),
    });
    window.addEventListener("online", () => this.look());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.look());
  }

  private learn(fact: Fact): void {
    const [model, commands] = advance(this.model, fact);
    this.model = model;
    for (const command of commands) {
      if (command === "connect") this.line.connect();
      else if (command === "disconnect") this.line.disconnect();
      else window.location.reload();
    }
    this.show();
  }

  private take(event: RoomEvent): void {
    this.conversation.take(event);
    this.people.take(event);
    this.guests.take(event);
    this.line.take(event);
    this.papers.take(event);
    this.showing.take(event);
    this.wait.take(event);
    const isColleagues = said(this.root, "role") === "agent" && !event.mine && OF_COLLEAGUES.has(event.type);
    if (event.type === "moved" || isColleagues) window.location.reload();
    else if (CHANGES.has(event.type)) this.look();
  }

  /** Ask once for several changes that come together. */
  private look(): void {
    window.clearTimeout(this.lookTimer);
    this.lookTimer = window.setTimeout(() => void this.ask(), MANY_MS);
  }

  private async ask(): Promise<void> {
    try {
      const state = (await this.http.get(said(this.root, "state-url"))) as { phase: Phase; agents: number };
      this.learn({ kind: "phase", phase: state.phase });
      showOnly("agents", state.agents > 0 ? "some" : "none", this.root);
    } catch {
      this.look(); // the line says itself when nothing works
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
