import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";

/** A certificate authority of a test's own. Nothing of it is stored anywhere. */
export type TestAuthority = {
  /** Its certificate, for who trusts it. */
  ca: string;
  name: string;
  /** A certificate for host names and IPv4 addresses, with its key. */
  issue(...hosts: string[]): { cert: string; key: string };
  /** The same, ended yesterday. */
  issueExpired(...hosts: string[]): { cert: string; key: string };
  /** The same, beginning tomorrow. */
  issueEarly(...hosts: string[]): { cert: string; key: string };
};

/** A certificate that nobody vouches for but itself. */
export function selfSigned(...hosts: string[]): { cert: string; key: string } {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = hosts[0] ?? "nobody";
  const extensions = [alternativeNames(hosts)];
  const fields = { subject: name, issuer: name, publicKey: keys.publicKey, endsAt: Date.now() + DAY_MS };
  return {
    cert: certificate({ ...fields, extensions }, keys.privateKey),
    key: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** Makes an authority, for a day unless told. X.509 by hand [RFC 5280], since Node verifies certificates but makes none. */
export function createAuthority({ days = 1 }: { days?: number } = {}): TestAuthority {
  const endsAt = Date.now() + days * DAY_MS;
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = `Test authority ${randomBytes(4).toString("hex")}`;
  const ca = certificate(
    { subject: name, issuer: name, publicKey: keys.publicKey, extensions: [isAuthority], endsAt },
    keys.privateKey,
  );
  const issue = (hosts: string[], endsAt: number, beginsAt?: number) => {
    const leaf = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const subject = {
      subject: hosts[0] ?? "nobody",
      issuer: name,
      publicKey: leaf.publicKey,
      endsAt,
      beginsAt,
    };
    return {
      cert: certificate({ ...subject, extensions: [alternativeNames(hosts)] }, keys.privateKey),
      key: leaf.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
  };
  return {
    ca,
    name,
    issue: (...hosts) => issue(hosts, endsAt),
    issueExpired: (...hosts) => issue(hosts, Date.now() - DAY_MS / 24),
    issueEarly: (...hosts) => issue(hosts, Date.now() + 2 * DAY_MS, Date.now() + DAY_MS),
  };
}

type Fields = {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  extensions: Buffer[];
  endsAt: number;
  /** Yesterday unless told. */
  beginsAt?: number | undefined;
};

const DAY_MS = 86_400_000;
const SEQUENCE = 0x30;
const explicit = (tag: number) => 0xa0 | tag;

const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.from(body.length.toString(16).padStart(4, "0"), "hex");
  return Buffer.concat([Buffer.from([tag, 0x82]), length, body]);
};
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const integer = (bytes: Buffer) => der(0x02, bytes);

const ecdsaWithSha256 = der(SEQUENCE, oid("2a8648ce3d040302"));
const isAuthority = extension("551d13", der(SEQUENCE, der(0x01, Buffer.from([0xff]))), true);

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  const critical = isCritical ? [der(0x01, Buffer.from([0xff]))] : [];
  return der(SEQUENCE, oid(id), ...critical, der(0x04, value));
}

function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    isIPv4(host) ? der(0x87, Buffer.from(host.split(".").map(Number))) : der(0x82, Buffer.from(host)),
  );
  return extension("551d11", der(SEQUENCE, ...names));
}

function certificate(fields: Fields, signer: KeyObject): string {
  const { subject, issuer, publicKey, extensions, endsAt, beginsAt = Date.now() - DAY_MS } = fields;
  const serial = Buffer.concat([
    Buffer.from([1]),
    createHash("sha256").update(randomBytes(8)).digest().subarray(0, 8),
  ]);
  const body = der(
    SEQUENCE,
    der(explicit(0), integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    commonName(issuer),
    der(SEQUENCE, time(beginsAt), time(endsAt)),
    commonName(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(explicit(3), der(SEQUENCE, ...extensions)),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", body, signer));
  const lines =
    der(SEQUENCE, body, ecdsaWithSha256, signature)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

const commonName = (text: string) =>
  der(SEQUENCE, der(0x31, der(SEQUENCE, oid("550403"), der(0x0c, Buffer.from(text)))));

const time = (at: number) =>
  der(0x17, Buffer.from(`${new Date(at).toISOString().slice(2, 19).replace(/[-T:]/g, "")}Z`));
