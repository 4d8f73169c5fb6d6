import { X509Certificate } from "node:crypto";
import { invalid } from "@/lib/errors";

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
const MOST = 10;

/** What was pasted as a host's authority, in one form: certificates alone, in PEM. Null for nothing. Throws with what is wrong. */
export function parseAuthority(pasted: string): string | null {
  if (pasted.trim() === "") return null;
  if (/PRIVATE KEY/.test(pasted))
    throw refused("This holds a private key. Paste the certificate alone, and replace that key.");
  const blocks = pasted.match(BLOCK) ?? [];
  const rest = pasted.replaceAll(BLOCK, "");
  if (blocks.length === 0 || /-----/.test(rest)) {
    throw refused(
      "Paste a certificate in PEM form, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.",
    );
  }
  if (blocks.length > MOST) throw refused(`At most ${MOST} certificates.`);
  return blocks.map((block) => `${parse(block).toString().trim()}\n`).join("");
}

function parse(block: string): X509Certificate {
  try {
    const certificate = new X509Certificate(block);
    // Whoever made it may have written anything there; it is shown as a day.
    if (!Number.isNaN(Date.parse(certificate.validTo))) return certificate;
  } catch {
    // Told below, as what has no end is.
  }
  throw refused("This certificate cannot be read. Paste it again, whole.");
}

const refused = (sentence: string) => invalid(sentence, { caCertificate: sentence });

/** Whom an integration's own authorities name themselves as, and when the first of them ends. */
export function describeAuthority(pem: string): { name: string; validTo: string; pem: string } {
  const all = (pem.match(BLOCK) ?? []).map((block) => new X509Certificate(block));
  const names = all.map(
    ({ subject }) => /^(?:CN|O)=(.+)$/m.exec(subject)?.[1] ?? subject.replaceAll("\n", ", "),
  );
  const ends = all.map(({ validTo }) => new Date(validTo).getTime());
  return { name: names.join(", "), validTo: new Date(Math.min(...ends)).toISOString(), pem };
}
