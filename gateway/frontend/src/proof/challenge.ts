/** A proof of work in ALTCHA's format: which number gives a derived key that begins as it must? */

/** What the server signed; the solution brings all of it back as it is. */
export interface Challenge {
  readonly parameters: {
    readonly algorithm: string;
    readonly cost: number;
    readonly keyLength: number;
    readonly keyPrefix: string;
    readonly nonce: string;
    readonly salt: string;
  };
  readonly signature: string;
}

export interface Solution {
  readonly counter: number;
  readonly derivedKey: string;
}

/** What the page tells a worker: try every `step`-th number from `first` on, below `end`. */
export interface Share {
  readonly challenge: Challenge;
  readonly first: number;
  readonly step: number;
  readonly end: number;
}

/** What a worker tells the page: how many numbers it has tried since it last said so, or what it has found. */
export type Report = { readonly tried: number } | { readonly solution: Solution };

const COUNTER_BYTES = 4;

/** Try one number after the other; `undefined` if none of the share is right. */
export async function search(share: Share, tried: (numbers: number) => void): Promise<Solution | undefined> {
  const { parameters } = share.challenge;
  const salt = bytes(parameters.salt);
  const nonce = bytes(parameters.nonce);
  for (let counter = share.first; counter < share.end; counter += share.step) {
    const derivedKey = await derive(parameters.cost, parameters.keyLength, salt, password(nonce, counter));
    if (derivedKey.startsWith(parameters.keyPrefix)) return { counter, derivedKey };
    tried(1);
  }
  return undefined;
}

/** PBKDF2 with HMAC-SHA-256 (RFC 8018, section 5.2), in hexadecimal digits. */
async function derive(
  iterations: number,
  length: number,
  salt: Uint8Array<ArrayBuffer>,
  secret: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const key = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
  const made = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, length * 8);
  return hexadecimal(new Uint8Array(made));
}

/** The nonce, then the number in four bytes, the highest first. */
function password(nonce: Uint8Array, counter: number): Uint8Array<ArrayBuffer> {
  const made = new Uint8Array(nonce.length + COUNTER_BYTES);
  made.set(nonce);
  new DataView(made.buffer).setUint32(nonce.length, counter);
  return made;
}

function bytes(digits: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function hexadecimal(raw: Uint8Array): string {
  return Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
