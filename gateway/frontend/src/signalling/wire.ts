/** Written by `python -m gateway.signalling.typescript write` from the declared shapes: change those. */

export const VERSIONS = [1] as const;

export const CAPABILITIES = [
  "relay",
  "screen",
  "sound_only",
  "detail",
  "elsewhere",
  "wait",
  "sending",
  "speaker",
  "unseen",
  "check",
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/** What the page speaks and can. */
export interface Hello {
  readonly versions: readonly number[];
  readonly capabilities?: readonly string[];
}

/** What both sides speak and can. */
export interface Agreed {
  readonly version: number;
  readonly capabilities: readonly string[];
}

/** A session description, and which page sends it. */
export interface Offer {
  readonly sdp: string;
  readonly version?: number;
  readonly page?: string;
  readonly resumes?: boolean;
}

/** Receiving slot `slot` of everybody carries this participant. */
export interface Holder {
  readonly slot: number;
  readonly participant: string;
}

/** The SFU's session description, and who is in the room now. */
export interface Answer {
  readonly sdp: string;
  readonly node: string;
  readonly epoch: number;
  readonly slot: number;
  readonly slots: readonly Holder[];
}

/** One moment: all lines are taken. Status 202; the same offer is sent again after a while. */
export interface Wait {
  readonly ahead: number;
  readonly again_ms: number;
}

/** As a peer connection takes it (`RTCIceServer`). */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

/** Empty where there is no relay. */
export interface Relays {
  readonly ice_servers: readonly IceServer[];
}

/** What this participant may do now. */
export interface RoomState {
  readonly phase: "early" | "open" | "waiting" | "admitted" | "late" | "documents" | "forgotten" | "cancelled";
  readonly seen_at: string;
  readonly closes_at: string;
  readonly agents: number;
  readonly admitted: boolean;
  readonly waiting: boolean;
}

/** Something to be said; the same key is said once. */
export interface Say {
  readonly text: string;
  readonly key: string;
}

export interface Said {
  readonly message_id: string;
}

/** Whether this camera shows a paper; answered with the same. */
export interface Detail {
  readonly on: boolean;
}

/** The `data` of one event: an entry of the room's log as one participant is told of it. */
export interface Frame {
  readonly at: string;
  readonly mine: boolean;
  readonly by: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A refusal (RFC 9457). `code` is stable, `title` is a sentence for the reader. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly correlation_id: string;
  readonly code?: string;
  readonly details?: Readonly<Record<string, string>> | null;
  readonly retryable?: boolean;
}

/** A line for a device check, for `seconds` from now on, and the relays that may be used for it. */
export interface CheckLine {
  readonly check: string;
  readonly seconds: number;
  readonly ice_servers: readonly IceServer[];
}

/** The offer of one of a line's two connections: one sends a picture, the other receives it. */
export interface CheckOffer {
  readonly side: "sending" | "receiving";
  readonly sdp: string;
}

/** The SFU's session description for it. */
export interface CheckAnswer {
  readonly sdp: string;
  readonly slot: number;
  readonly slots: readonly Holder[];
}

/** What a page has found out on its device and network, as far as it has come. */
export interface CheckFindings {
  readonly camera?: "untried" | "works" | "denied" | "missing" | "busy" | "unsupported";
  readonly microphone?: "untried" | "works" | "silent" | "opened" | "denied" | "missing" | "busy" | "unsupported";
  readonly speaker?: "untried" | "heard" | "not_heard";
  readonly network?: "untried" | "measured" | "unreachable";
  readonly path?: "" | "udp" | "relay_udp" | "relay_tcp" | "relay_tls";
  readonly up_kbps?: number;
  readonly down_kbps?: number;
  readonly lost_up_permille?: number;
  readonly lost_down_permille?: number;
  readonly round_trip_ms?: number;
}

/** What the network is good for. */
export interface CheckRated {
  readonly rating: "untried" | "good" | "fair" | "poor" | "none";
}

/** `by` is in the room from now on. */
export interface Joined {
  readonly role: string;
  readonly name?: string;
  readonly method?: string;
  readonly level?: string;
}

/** `by` is away for now. */
export interface Left {
  readonly role: string;
}

/** Media of `by` can flow: receiving slot `slot` of everybody carries it. */
export interface Connected {
  readonly slot: number;
  readonly role: string;
}

/** The SFU has no transport of `by` any more; the slot stays his. */
export interface Disconnected {
  readonly slot: number;
  readonly role: string;
}

/** All that there is to say is who and when. */
export type Nothing = Readonly<Record<string, never>>;

/** Something holds for `by` from now on, or no more. */
export interface Switched {
  readonly on: boolean;
}

/** What comes from `by` now; of who connects anew both are taken as on until this says otherwise. */
export interface Sending {
  readonly microphone: boolean;
  readonly camera: boolean;
}

/** The browser of `by` cannot show the pictures of `of`: their browsers have no codec in common. */
export interface Unseen {
  readonly of: string;
}

/** This guest may connect. */
export interface LetIn {
  readonly guest: string;
}

/** The agent who looks after the room from now on. */
export interface HandedOver {
  readonly to: string;
}

/** `by` has said something; the same `message_id` is the same message. */
export interface Message {
  readonly text: string;
  readonly message_id: string;
  readonly role: string;
}

/** `by` has shared a document that passed its checks; `size` in bytes. */
export interface DocumentAdded {
  readonly document_id: string;
  readonly name: string;
  readonly media_type: string;
  readonly size: number;
  readonly role: string;
}

/** `by` has taken it back. */
export interface DocumentRemoved {
  readonly document_id: string;
}

/** The appointment has other times: everybody joins anew. */
export interface Moved {
  readonly starts_at?: string | null;
  readonly ends_at?: string | null;
}

/** A newer page of `by` has his call: `page`, as its offer named it. */
export interface Elsewhere {
  readonly page: string;
}

export interface Reconnect {
  readonly epoch?: number;
}

/** The `data` of each type of entry. */
export interface Entries {
  /** `by` is in the room; with name, method and level if he has logged in */
  joined: Joined;
  /** `by` is away for now */
  left: Left;
  /** media of `by` can flow, in this receiving slot */
  connected: Connected;
  /** the SFU has no transport of `by` any more */
  disconnected: Disconnected;
  /** the one shared screen is that of `by`, or nobody's if empty */
  screen: Nothing;
  /** what reaches `by` is too little for pictures, or enough again */
  sound_only: Switched;
  /** whether anything comes from the microphone and the camera of `by` */
  sending: Sending;
  /** of three or more it is `by` who speaks, or nobody if empty */
  speaker: Nothing;
  /** `by` hears `of` and cannot see him: no codec in common */
  unseen: Unseen;
  /** the camera of `by` shows a paper, to be read; or a person again */
  detail: Switched;
  /** the citizen is let in: the call is on */
  admitted: Nothing;
  /** the citizen waits again */
  sent_back: Nothing;
  /** a guest may connect */
  let_in: LetIn;
  /** another agent looks after the room from now on */
  handed_over: HandedOver;
  /** no agent came in time; his colleagues and supervisors are told */
  agent_missing: Nothing;
  /** the agent has recorded how it went */
  outcome: Nothing;
  /** `by` has said something */
  message: Message;
  /** `by` has shared a document */
  document_added: DocumentAdded;
  /** `by` has taken it back */
  document_removed: DocumentRemoved;
  /** the call is over */
  ended: Nothing;
  /** the agent has taken the end back */
  reopened: Nothing;
  /** the appointment has other times: everybody joins anew */
  moved: Moved;
  /** the appointment was cancelled; the last entry */
  cancelled: Nothing;
  /** the call of `by` is another page's now: his older ones leave off */
  elsewhere: Elsewhere;
  /** connect again, on another node; where `by` is named, he alone */
  reconnect: Reconnect;
  /** everything in the room is gone; the last entry */
  forgotten: Nothing;
}

export type EntryType = keyof Entries;
export const ENTRY_TYPES: readonly EntryType[] = [
  "joined",
  "left",
  "connected",
  "disconnected",
  "screen",
  "sound_only",
  "sending",
  "speaker",
  "unseen",
  "detail",
  "admitted",
  "sent_back",
  "let_in",
  "handed_over",
  "agent_missing",
  "outcome",
  "message",
  "document_added",
  "document_removed",
  "ended",
  "reopened",
  "moved",
  "cancelled",
  "elsewhere",
  "reconnect",
  "forgotten",
];
