// The cipher of the old .p12 format: 3DES with a key derived by SHA-1 (RFC 7292 B.2, ids 1 and 2).
//
// Web Crypto has no 3DES, so node-forge does it; loaded only when somebody ticks the old format.
import forge from "node-forge/lib/forge.js";
import "node-forge/lib/des.js";
import "node-forge/lib/pbe.js";

const KEY_ID = 1;
const IV_ID = 2;
const KEY_BYTES = 24;
const IV_BYTES = 8;

export function encrypt3des({ plain, passphrase, salt, rounds }) {
  const derive = (id, length) =>
    forge.pki.pbe.generatePkcs12Key(passphrase, forge.util.createBuffer(salt), id, rounds, length);
  const cipher = forge.cipher.createCipher("3DES-CBC", derive(KEY_ID, KEY_BYTES));
  cipher.start({ iv: derive(IV_ID, IV_BYTES) });
  cipher.update(forge.util.createBuffer(plain));
  if (!cipher.finish()) throw new Error("3DES failed");
  return forge.util.binary.raw.decode(cipher.output.getBytes());
}
