// The key pair and its certificate request (PKCS#10, RFC 2986), and the exchange with the server.
import { Utf8String } from "asn1js";
import { AttributeTypeAndValue, Certificate, CertificationRequest } from "pkijs";

const COMMON_NAME = "2.5.4.3";
const ANSWER_MS = 60_000;

/** The server said no; `message` is its sentence for the person. Nothing was issued. */
export class Refused extends Error {}

/** No answer, or none that can be read: a certificate may have been issued or not. */
export class Unanswered extends Error {}

/** An answer whose certificate does not carry this page's key. */
export class Unfit extends Error {}

export function toPem(label, der) {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(der)));
  return `-----BEGIN ${label}-----\n${base64.match(/.{1,64}/g).join("\n")}\n-----END ${label}-----\n`;
}

function certificatesIn(pem) {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g);
  return Array.from(blocks, ([, base64]) => {
    const der = Uint8Array.from(atob(base64.replace(/\s/g, "")), (character) => character.charCodeAt(0));
    return { der, fields: Certificate.fromBER(der) };
  });
}

/** A fresh P-256 key and its signed request. The key is extractable, for it must go into the .p12. */
export async function makeRequest(loginId) {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const request = new CertificationRequest({ attributes: [] });
  request.subject.typesAndValues.push(
    new AttributeTypeAndValue({ type: COMMON_NAME, value: new Utf8String({ value: loginId }) }),
  );
  await request.subjectPublicKeyInfo.importKey(pair.publicKey);
  await request.sign(pair.privateKey, "SHA-256");
  return {
    loginId,
    privateKey: pair.privateKey,
    publicKey: new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey)),
    csr: toPem("CERTIFICATE REQUEST", request.toSchema().toBER()),
  };
}

async function post(url, body, csrfToken) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  if (csrfToken) headers["X-CSRFToken"] = csrfToken;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error", // a redirect that keeps the method would carry the password elsewhere
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { status: response.status, answer: await response.json() };
  } catch (cause) {
    throw new Unanswered("no readable answer", { cause });
  }
}

function same(left, right) {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/**
 * Asks for the certificate of `request`: {der, issuers: [der…], expires}.
 *
 * A self-signed root in the chain is left out: who imports the file would be asked to trust it for
 * everything, and a client has no use for it (RFC 8446 section 4.4.2 lets the root be omitted).
 */
export async function fetchCertificate(url, body, csrfToken, request) {
  const { status, answer } = await post(url, body, csrfToken);
  if (status >= 400 && status < 500 && typeof answer?.message === "string") throw new Refused(answer.message);
  if (status !== 201 || typeof answer?.certificate !== "string" || typeof answer?.chain !== "string") {
    throw new Unanswered(`answer ${status}`);
  }
  let own, chain;
  try {
    [own] = certificatesIn(answer.certificate);
    chain = certificatesIn(answer.chain);
  } catch (cause) {
    throw new Unfit("unreadable certificate", { cause });
  }
  const carried = own && new Uint8Array(own.fields.subjectPublicKeyInfo.toSchema().toBER());
  if (!carried || !same(carried, request.publicKey)) throw new Unfit("another key");
  const issuers = chain.filter(({ der, fields }) => !same(der, own.der) && !fields.issuer.isEqual(fields.subject));
  return { der: own.der, issuers: issuers.map(({ der }) => der), expires: own.fields.notAfter.value };
}
