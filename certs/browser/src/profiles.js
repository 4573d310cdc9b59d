// How a .p12 is encrypted and sealed: today's way, and the way of systems from before 2018.
//
// Today's is what OpenSSL 3 writes (PBES2 with AES-256-CBC and PBKDF2-HMAC-SHA-256, RFC 8018; seal
// HMAC-SHA-256), which Windows 10 1809, current macOS, NSS and OpenSSL read, but with more rounds.
// PKI.js's own encryption is not used: its salt of 64 bytes is refused by Windows' import.
//
// Rounds: who steals the file may try passphrases on the key, the certificates or the seal, whichever
// is cheapest, so all three cost the same: one round of PBKDF2-HMAC takes two SHA-256 blocks, one of
// the seal's derivation (RFC 7292 B.2) one. Together they are 400,000, under the 600,000 above which
// Microsoft's .NET refuses a file.
import { Integer, Null, OctetString, Sequence } from "asn1js";
import { AlgorithmIdentifier, PBES2Params, PBKDF2Params } from "pkijs";

const KEY_ROUNDS = 100_000;
const SEAL_ROUNDS = 200_000;
const SALT_BYTES = 16;
const IV_BYTES = 16;
// The count that OpenSSL's and Windows' old format has; this format's worth is that everything reads it.
const OLD_ROUNDS = 2_048;
const OLD_SALT_BYTES = 8;

const PBES2 = "1.2.840.113549.1.5.13";
const PBKDF2 = "1.2.840.113549.1.5.12";
const HMAC_SHA256 = "1.2.840.113549.2.9";
const AES256_CBC = "2.16.840.1.101.3.4.1.42";
const SHA256 = "2.16.840.1.101.3.4.2.1";
const PBE_SHA1_3DES = "1.2.840.113549.1.12.1.3"; // pbeWithSHAAnd3-KeyTripleDES-CBC
const SHA1 = "1.3.14.3.2.26";

function random(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

function identifier(algorithmId, algorithmParams) {
  return new AlgorithmIdentifier({ algorithmId, algorithmParams });
}

async function encryptPbes2(plain, passphrase) {
  const salt = random(SALT_BYTES);
  const iv = random(IV_BYTES);
  const secret = new TextEncoder().encode(passphrase);
  const base = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveKey"]);
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt, iterations: KEY_ROUNDS };
  const cipher = { name: "AES-CBC", length: 256 };
  const key = await crypto.subtle.deriveKey(derivation, base, cipher, false, ["encrypt"]);
  const ciphertext = await crypto.subtle.encrypt({ name: "AES-CBC", iv }, key, plain);
  const kdf = new PBKDF2Params({
    salt: new OctetString({ valueHex: salt }),
    iterationCount: KEY_ROUNDS,
    prf: identifier(HMAC_SHA256, new Null()),
  });
  const parameters = new PBES2Params({
    keyDerivationFunc: identifier(PBKDF2, kdf.toSchema()),
    encryptionScheme: identifier(AES256_CBC, new OctetString({ valueHex: iv })),
  });
  return { algorithm: identifier(PBES2, parameters.toSchema()), ciphertext };
}

export const currentProfile = {
  encrypt: encryptPbes2,
  mac: { hash: "SHA-256", hashOid: SHA256, iterations: SEAL_ROUNDS },
};

/** The old profile (RFC 7292 appendix C) around the lazily loaded cipher of certificate-old.js. */
export function oldProfile({ encrypt3des }) {
  return {
    async encrypt(plain, passphrase) {
      const salt = random(OLD_SALT_BYTES);
      const ciphertext = encrypt3des({ plain, passphrase, salt, rounds: OLD_ROUNDS });
      const parameters = new Sequence({
        value: [new OctetString({ valueHex: salt }), new Integer({ value: OLD_ROUNDS })],
      });
      return { algorithm: identifier(PBE_SHA1_3DES, parameters), ciphertext };
    },
    mac: { hash: "SHA-1", hashOid: SHA1, iterations: OLD_ROUNDS },
  };
}
