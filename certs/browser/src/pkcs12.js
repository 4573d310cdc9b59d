// The .p12 file (PKCS#12, RFC 7292) around the key, its certificate and the issuers' certificates.
//
// How the contents are encrypted and sealed is a profile ({encrypt, mac}): see profiles.js.
import { BmpString, Null, OctetString } from "asn1js";
import {
  AlgorithmIdentifier,
  Attribute,
  AuthenticatedSafe,
  CertBag,
  ContentInfo,
  DigestInfo,
  EncryptedContentInfo,
  EncryptedData,
  getCrypto,
  MacData,
  PFX,
  PKCS8ShroudedKeyBag,
  SafeBag,
  SafeContents,
} from "pkijs";

const KEY_BAG = "1.2.840.113549.1.12.10.1.2"; // pkcs8ShroudedKeyBag
const CERT_BAG = "1.2.840.113549.1.12.10.1.3";
const X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
const FRIENDLY_NAME = "1.2.840.113549.1.9.20";
const LOCAL_KEY_ID = "1.2.840.113549.1.9.21";
const DATA = "1.2.840.113549.1.7.1";
const ENCRYPTED_DATA = "1.2.840.113549.1.7.6";

// As OpenSSL writes it: Apple's importer has refused longer salts of the seal.
const MAC_SALT_BYTES = 8;

function octets(bytes) {
  return new OctetString({ valueHex: bytes });
}

function bytesOf(structure) {
  return new Uint8Array(structure.toSchema().toBER());
}

function certificateBag(der, bagAttributes) {
  const bagValue = new CertBag({ certId: X509_CERTIFICATE, certValue: octets(der) });
  return new SafeBag({ bagId: CERT_BAG, bagValue, bagAttributes });
}

async function keySafe(privateKey, profile, passphrase, bagAttributes) {
  const plain = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
  const { algorithm, ciphertext } = await profile.encrypt(plain, passphrase);
  plain.fill(0);
  const encryptedData = octets(ciphertext);
  const bagValue = new PKCS8ShroudedKeyBag({ encryptionAlgorithm: algorithm, encryptedData });
  const contents = new SafeContents({ safeBags: [new SafeBag({ bagId: KEY_BAG, bagValue, bagAttributes })] });
  return new ContentInfo({ contentType: DATA, content: octets(bytesOf(contents)) });
}

async function certificateSafe(safeBags, profile, passphrase) {
  const plain = bytesOf(new SafeContents({ safeBags }));
  const { algorithm, ciphertext } = await profile.encrypt(plain, passphrase);
  const encryptedContentInfo = new EncryptedContentInfo({
    contentType: DATA,
    contentEncryptionAlgorithm: algorithm,
    encryptedContent: octets(ciphertext),
    disableSplit: true, // one plain DER string; not every importer takes the constructed form
  });
  const content = new EncryptedData({ encryptedContentInfo }).toSchema();
  return new ContentInfo({ contentType: ENCRYPTED_DATA, content });
}

async function seal(content, { hash, hashOid, iterations }, passphrase) {
  const salt = crypto.getRandomValues(new Uint8Array(MAC_SALT_BYTES));
  const digest = await getCrypto(true).stampDataWithPassword({
    password: new TextEncoder().encode(passphrase),
    hashAlgorithm: hash,
    salt,
    iterationCount: iterations,
    contentToStamp: content,
  });
  const digestAlgorithm = new AlgorithmIdentifier({ algorithmId: hashOid, algorithmParams: new Null() });
  return new MacData({
    mac: new DigestInfo({ digestAlgorithm, digest: octets(digest) }),
    macSalt: octets(salt),
    iterations,
  });
}

/**
 * The bytes of the .p12.
 *
 * Key and certificate share friendlyName and localKeyID: NSS refuses the file without them, and
 * Windows shows the name in its list. The issuers' bags carry neither, for they belong to no key.
 */
export async function makePkcs12({ privateKey, certificate, issuers, name, passphrase, profile }) {
  const keyId = await crypto.subtle.digest("SHA-1", certificate); // a label only, the one OpenSSL gives
  const attributes = () => [
    new Attribute({ type: FRIENDLY_NAME, values: [new BmpString({ value: name })] }),
    new Attribute({ type: LOCAL_KEY_ID, values: [octets(keyId)] }),
  ];
  const bags = [certificateBag(certificate, attributes()), ...issuers.map((der) => certificateBag(der))];
  const safeContents = [
    await certificateSafe(bags, profile, passphrase),
    await keySafe(privateKey, profile, passphrase, attributes()),
  ];
  const content = bytesOf(new AuthenticatedSafe({ safeContents }));
  const authSafe = new ContentInfo({ contentType: DATA, content: octets(content) });
  return bytesOf(new PFX({ authSafe, macData: await seal(content, profile.mac, passphrase) }));
}
