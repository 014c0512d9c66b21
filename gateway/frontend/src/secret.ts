/** The page that shows a secret once: copies it on demand, and takes it off when the page is left. */

import { said } from "./call/dom.js";

const secret = document.querySelector<HTMLElement>("[data-secret]");
const place = document.querySelector<HTMLElement>("[data-copy]");

if (secret && place) {
  const status = place.querySelector<HTMLElement>("[role=status]");
  const say = (sentence: string) => {
    if (status) status.textContent = sentence;
  };
  place.hidden = false;
  place.querySelector("button")?.addEventListener("click", () => {
    navigator.clipboard.writeText(secret.textContent ?? "").then(
      () => say(said(place, "copy")),
      () => say(said(place, "copy-failed")),
    );
  });
  // A browser may keep a page that was left and bring it back as it was: without the secret, then.
  window.addEventListener("pagehide", () => {
    secret.textContent = "…";
    place.hidden = true;
  });
}
