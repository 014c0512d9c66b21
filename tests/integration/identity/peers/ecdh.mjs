// Seals a text by ECDH-ES, ConcatKDF and AES key wrap, with nothing but Node's own primitives.
//
// Written from xmlenc-core1 (sections 5.4.1, 5.5.4 and 5.6.4) and NIST SP 800-56A: an independent second
// opinion on our decryption.  Reads one line of JSON from standard input, a list of
// {curve, point, digest, wrap, cipher, text, supplement}, and prints a list of EncryptedAssertion elements.

import { createCipheriv, createECDH, createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";

const XENC = "http://www.w3.org/2001/04/xmlenc#";
const XENC11 = "http://www.w3.org/2009/xmlenc11#";
const OIDS = {
  prime256v1: "1.2.840.10045.3.1.7",
  secp384r1: "1.3.132.0.34",
  secp521r1: "1.3.132.0.35",
  brainpoolP256r1: "1.3.36.3.3.2.8.1.1.7",
  brainpoolP384r1: "1.3.36.3.3.2.8.1.1.11",
  brainpoolP512r1: "1.3.36.3.3.2.8.1.1.13",
};
const DIGESTS = {
  sha256: `${XENC}sha256`,
  sha384: "http://www.w3.org/2001/04/xmldsig-more#sha384",
  sha512: `${XENC}sha512`,
};
const WRAP_IV = Buffer.alloc(8, 0xa6); // RFC 3394, section 2.2.3.1

/** NIST SP 800-56A, section 5.8.1: hash(counter || secret || other information), as often as is needed. */
function concatKdf(digest, secret, otherInfo, length) {
  const parts = [];
  for (let counter = 1, got = 0; got < length; counter += 1) {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const part = createHash(digest).update(count).update(secret).update(otherInfo).digest();
    parts.push(part);
    got += part.length;
  }
  return Buffer.concat(parts).subarray(0, length);
}

/** A field of the other information: its length in four bytes, then its text (as OpenSAML writes it). */
function field(text) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}

function gcm(bits, key, text) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(`aes-${bits}-gcm`, key, nonce);
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString("base64");
}

function keyWrap(bits, wrapping, key) {
  const cipher = createCipheriv(`id-aes${bits}-wrap`, wrapping, WRAP_IV);
  return Buffer.concat([cipher.update(key), cipher.final()]).toString("base64");
}

function sealed({ curve, point, digest, wrap, cipher, text, supplement }) {
  const ephemeral = createECDH(curve);
  const own = ephemeral.generateKeys("base64");
  const secret = ephemeral.computeSecret(point, "base64");
  const algorithm = field(`${XENC}kw-aes${wrap}`);
  const us = field("https://connector.example");
  const them = field("https://video.cns.example");
  const more = supplement ? field("supplement") : Buffer.alloc(0);
  const wrapping = concatKdf(digest, secret, Buffer.concat([algorithm, us, them, more]), wrap / 8);
  const key = randomBytes(cipher / 8);
  const bits = (part) => `00${part.toString("hex").toUpperCase()}`;
  const publicInfo = supplement ? ` SuppPubInfo="${bits(more)}"` : "";
  return `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">
<xenc:EncryptedData xmlns:xenc="${XENC}" Type="${XENC}Element"><xenc:EncryptionMethod Algorithm="${XENC11}aes${cipher}-gcm"/>
<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="${XENC}kw-aes${wrap}"/>
<ds:KeyInfo><xenc:AgreementMethod Algorithm="${XENC11}ECDH-ES"><xenc11:KeyDerivationMethod xmlns:xenc11="${XENC11}" Algorithm="${XENC11}ConcatKDF">
<xenc11:ConcatKDFParams AlgorithmID="${bits(algorithm)}" PartyUInfo="${bits(us)}" PartyVInfo="${bits(them)}"${publicInfo}>
<ds:DigestMethod Algorithm="${DIGESTS[digest]}"/></xenc11:ConcatKDFParams></xenc11:KeyDerivationMethod>
<xenc:OriginatorKeyInfo><ds:KeyValue><dsig11:ECKeyValue xmlns:dsig11="http://www.w3.org/2009/xmldsig11#">
<dsig11:NamedCurve URI="urn:oid:${OIDS[curve]}"/><dsig11:PublicKey>${own}</dsig11:PublicKey></dsig11:ECKeyValue></ds:KeyValue></xenc:OriginatorKeyInfo>
</xenc:AgreementMethod></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>${keyWrap(wrap, wrapping, key)}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>
<xenc:CipherData><xenc:CipherValue>${gcm(cipher, key, text)}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>`;
}

const [line] = await once(createInterface({ input: process.stdin }), "line");
console.log(JSON.stringify(JSON.parse(line).map(sealed)));
