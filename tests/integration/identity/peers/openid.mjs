// An OpenID provider that shares no code with ours: oidc-provider.
//
// Reads one line of JSON from standard input (see `Configuration`), listens on loopback, and prints its issuer.
// Its sign-in page has a button for each person, and one to give up; a person or a test chooses.

import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";

/**
 * @typedef {object} Configuration
 * @property {object} client      as registered (OpenID Connect Dynamic Client Registration, section 2)
 * @property {object} jwks        the provider's own keys
 * @property {boolean} pushed     whether requests may be pushed
 * @property {string[]} contexts  authentication contexts (`acr`)
 * @property {Record<string, object>} persons  claims by subject; `acr` among them is that of the sign-in
 */

const [line] = await once(createInterface({ input: process.stdin }), "line");
/** @type {Configuration} */
const configuration = JSON.parse(line);
const SCOPES = ["openid", "profile", "roles"];

const server = createServer((request, response) => {
  handle(request, response).catch((error) => response.writeHead(500).end(String(error)));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: [configuration.client],
  jwks: configuration.jwks,
  scopes: SCOPES,
  acrValues: configuration.contexts,
  claims: {
    openid: ["sub", "acr", "auth_time", "sid"],
    profile: ["given_name", "family_name", "birthdate"],
    roles: ["realm_access"],
  },
  conformIdTokenClaims: false,
  cookies: { keys: ["of a test"] },
  features: {
    backchannelLogout: { enabled: true },
    devInteractions: { enabled: false },
    pushedAuthorizationRequests: { enabled: configuration.pushed },
  },
  enabledJWA: { idTokenSigningAlgValues: ["PS256", "RS256", "ES256"] },
  interactions: { url: (_context, interaction) => `/sign-in/${interaction.uid}` },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ ...configuration.persons[id], sub: id }) }),
  // Its own guard keeps it from calling loopback, where a test's relying party is.
  fetch: (url, { dispatcher: _guard, ...options } = {}) => globalThis.fetch(url, options),
});
const answer = provider.callback();
console.log(issuer);

async function handle(request, response) {
  if (!request.url.startsWith("/sign-in/")) return answer(request, response);
  if (request.method === "POST") return signIn(request, response);
  const { uid } = await provider.interactionDetails(request, response);
  const buttons = [...Object.keys(configuration.persons), "cancel"].map(
    (name) => `<button name="person" value="${name}">${name}</button>`,
  );
  const page = `<!DOCTYPE html><html lang="en"><title>Sign in</title>
    <form method="post" action="/sign-in/${uid}">${buttons.join("")}</form></html>`;
  return response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page);
}

async function signIn(request, response) {
  const details = await provider.interactionDetails(request, response);
  const person = new URLSearchParams(await text(request)).get("person");
  if (person === "cancel") {
    return provider.interactionFinished(request, response, { error: "access_denied" });
  }
  const grant = new provider.Grant({ accountId: person, clientId: details.params.client_id });
  grant.addOIDCScope(SCOPES.join(" "));
  const result = {
    login: { accountId: person, acr: configuration.persons[person].acr },
    consent: { grantId: await grant.save() },
  };
  return provider.interactionFinished(request, response, result);
}

async function text(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}
