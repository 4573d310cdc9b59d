// The key pair and its certificate request (PKCS#10, RFC 2986), and the exchange with the server.
import { Utf8String } from "asn1js";
import { AttributeTypeAndValue, Certificate, CertificationRequest } from "pkijs";

const COMMON_NAME = "2.5.4.3";
const ANSWER_MS = 60_000;

/**
 * The server said no, and nothing was issued. `message` is its sentence for the person; `fields`, if it
 * names any, has a sentence for each wrong field by its name.
 */
export class Refused extends Error {
  constructor({ message, fields }) {
    super(message);
    this.fields = fields ?? {};
  }
}

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
  const kind = { name: "ECDSA", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(kind, true, ["sign", "verify"]);
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
 * Asks for the certificate of `request`: {name, der, issuers: [der…], expires}.
 *
 * `name` is the certificate's own common name, the login ID as the server writes it, however it was typed.
 *
 * A self-signed root in the chain is left out: who imports the file would be asked to trust it for
 * everything, and a client has no use for it (RFC 8446 section 4.4.2 lets the root be omitted).
 */
export async function fetchCertificate(url, body, csrfToken, request) {
  const { status, answer } = await post(url, body, csrfToken);
  if (status >= 400 && status < 500 && typeof answer?.message === "string") throw new Refused(answer);
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
  const issuers = chain.filter(({ fields }) => !fields.issuer.isEqual(fields.subject)).map(({ der }) => der);
  const commonName = own.fields.subject.typesAndValues.find(({ type }) => type === COMMON_NAME);
  return {
    name: commonName.value.valueBlock.value,
    der: own.der,
    issuers: issuers.filter((der) => !same(der, own.der)),
    expires: own.fields.notAfter.value,
  };
}
