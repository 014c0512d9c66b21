/** The handshake on the page: said whenever the log opens, since the server behind it may have become another one. */

import { Handshake } from "../signalling/index.js";
import { part, said } from "./dom.js";
import type { Client } from "./http.js";

/** A page that is too old says so, and its call goes on: nobody is thrown out of a conversation by an update. */
export function greeting(http: Client): Handshake {
  const url = said(part("call"), "hello-url");
  return new Handshake(
    (hello) => http.post(url, hello),
    () => (part("outdated").hidden = false),
  );
}

/** What the server does not know yet, or not any more, is not offered. */
export function offerTools(handshake: Handshake): void {
  for (const tool of ["detail", "screen"] as const) {
    if (!handshake.can(tool)) part(`tool="${tool}"`).hidden = true;
  }
}
