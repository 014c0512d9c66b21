// An identity provider that shares no code with ours: samlify, over xml-crypto and xml-encryption.
//
// Reads one line of JSON from standard input (see `Configuration`), listens on loopback, and prints the
// address of its sign-on page.  The page offers one answer a button; a person or a test chooses.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import samlify from "samlify";

const { Constants, IdentityProvider, SamlLib, ServiceProvider, setSchemaValidator } = samlify;
const SIGNATURES = Constants.algorithms.signature;
const LIFETIME = 5 * 60_000;

/**
 * @typedef {object} Configuration
 * @property {string} entityId
 * @property {string} key          PEM
 * @property {string} certificate  PEM
 * @property {string} metadata     of the service provider: an address or a file
 * @property {string} nameIdFormat
 * @property {"RSA_SHA256_MGF1" | "RSA_SHA256"} signature
 * @property {string} encryption   algorithm of the data
 * @property {Record<string, Person>} persons
 *
 * @typedef {object} Person
 * @property {string} nameId
 * @property {string} level
 * @property {Record<string, string>} attributes
 * @property {number} [ahead]  seconds by which the provider's clock is ahead of ours
 */

const [line] = await once(createInterface({ input: process.stdin }), "line");
/** @type {Configuration} */
const configuration = JSON.parse(line);

// What it is sent is checked by its own parser and by the signature; there is no XSD processor for Node
// without Java or native code.
setSchemaValidator({ validate: async (text) => text });

const server = createServer((request, response) => {
  answer(request).then(
    (page) => response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page),
    (error) => response.writeHead(400, { "Content-Type": "text/plain" }).end(String(error)),
  );
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const address = `http://127.0.0.1:${server.address().port}/sso`;
console.log(address);

async function answer(request) {
  const provider = await serviceProvider();
  const own = identityProvider();
  if (request.method === "GET") return own.getMetadata();
  const body = Object.fromEntries(new URLSearchParams(await text(request)));
  const question = await own.parseLoginRequest(provider, "post", { body });
  const forms = await Promise.all([
    ...Object.entries(configuration.persons).map(([name, person]) => form(own, provider, question, body, name, person)),
    refusal(own, provider, question, body),
  ]);
  return `<!DOCTYPE html><html lang="en"><title>Sign on</title>${forms.join("")}</html>`;
}

function identityProvider() {
  return IdentityProvider({
    entityID: configuration.entityId,
    signingCert: configuration.certificate,
    privateKey: configuration.key,
    requestSignatureAlgorithm: SIGNATURES[configuration.signature],
    dataEncryptionAlgorithm: configuration.encryption,
    isAssertionEncrypted: true,
    wantAuthnRequestsSigned: true,
    nameIDFormat: [configuration.nameIdFormat],
    singleSignOnService: [{ Binding: Constants.namespace.binding.post, Location: address }],
  });
}

async function serviceProvider() {
  const place = configuration.metadata;
  const metadata = place.startsWith("http")
    ? await (await fetch(place)).text()
    : await readFile(place, "utf8");
  return ServiceProvider({
    metadata,
    wantMessageSigned: true,
    requestSignatureAlgorithm: SIGNATURES[configuration.signature],
  });
}

async function form(own, provider, question, body, name, person) {
  const { context } = await own.createLoginResponse(provider, question, "post", {}, {
    encryptThenSign: true,
    customTagReplacement: (template) => filled(template, own, provider, question, person),
  });
  return shown(provider, context, body.RelayState, name);
}

function filled(template, own, provider, question, person) {
  const now = new Date(Date.now() + (person.ahead ?? 0) * 1000);
  const until = new Date(now.getTime() + LIFETIME).toISOString();
  const consumer = provider.entityMeta.getAssertionConsumerService("post");
  const values = {
    ID: own.entitySetting.generateID(),
    AssertionID: own.entitySetting.generateID(),
    Destination: consumer,
    SubjectRecipient: consumer,
    Audience: provider.entityMeta.getEntityID(),
    Issuer: configuration.entityId,
    IssueInstant: now.toISOString(),
    StatusCode: Constants.StatusCode.Success,
    ConditionsNotBefore: now.toISOString(),
    ConditionsNotOnOrAfter: until,
    SubjectConfirmationDataNotOnOrAfter: until,
    NameIDFormat: configuration.nameIdFormat,
    NameID: person.nameId,
    InResponseTo: question.extract.request.id,
    Level: person.level,
    LoginInstant: now.toISOString(),
  };
  const attributes = Object.entries(person.attributes).map(([name, value], number) => {
    values[`attrValue${number}`] = value;
    return {
      name,
      nameFormat: "urn:oasis:names:tc:SAML:2.0:attrname-format:uri",
      valueTag: `value${number}`,
      valueXsiType: "xs:string",
    };
  });
  const told = attributes.length ? SamlLib.attributeStatementBuilder(attributes) : "";
  const whole = template
    .replace(
      "{AuthnStatement}",
      '<saml:AuthnStatement AuthnInstant="{LoginInstant}"><saml:AuthnContext>' +
        "<saml:AuthnContextClassRef>{Level}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>",
    )
    .replace("{AttributeStatement}", told);
  return { id: values.ID, context: SamlLib.replaceTagsByValue(whole, values) };
}

/** The person has given up: a signed answer without any assertion (SAML core, section 3.2.2.2). */
async function refusal(own, provider, question, body) {
  const consumer = provider.entityMeta.getAssertionConsumerService("post");
  const message =
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ` +
    `xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${own.entitySetting.generateID()}" Version="2.0" ` +
    `IssueInstant="${new Date().toISOString()}" Destination="${consumer}" ` +
    `InResponseTo="${question.extract.request.id}"><saml:Issuer>${configuration.entityId}</saml:Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="${Constants.StatusCode.Responder}">` +
    `<samlp:StatusCode Value="${Constants.StatusCode.AuthFailed}"/></samlp:StatusCode></samlp:Status></samlp:Response>`;
  const signed = SamlLib.constructSAMLSignature({
    rawSamlMessage: message,
    isMessageSigned: true,
    privateKey: configuration.key,
    signingCert: own.entityMeta.getX509Certificate("signing"),
    signatureAlgorithm: SIGNATURES[configuration.signature],
    signatureConfig: {
      prefix: "ds",
      location: { reference: "/*[local-name(.)='Response']/*[local-name(.)='Issuer']", action: "after" },
    },
  });
  return shown(provider, signed, body.RelayState, "cancel");
}

function shown(provider, message, relayState, name) {
  return (
    `<form method="post" action="${provider.entityMeta.getAssertionConsumerService("post")}">` +
    `<input type="hidden" name="SAMLResponse" value="${message}">` +
    `<input type="hidden" name="RelayState" value="${relayState}"><button>${name}</button></form>`
  );
}

async function text(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}
