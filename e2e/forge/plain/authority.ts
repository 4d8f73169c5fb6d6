import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "@/e2e/forge/state/store";
import { createAuthority } from "@/lib/testing/certificate";

/** What the plain hosts serve with, and the certificate of the authority that vouches for it. */
export interface Certificates {
  ca: string;
  cert: string;
  key: string;
}

/** People paste the authority's certificate into a form: it outlives the demo. */
const YEARS = 10;

/** Made once and kept beside the state: who trusts the authority still does after a restart. */
export function openCertificates(dataDir: string): Certificates {
  const file = join(dataDir, "certificates.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Certificates;
  const authority = createAuthority({ days: YEARS * 365 });
  const made = { ca: authority.ca, ...authority.issue("127.0.0.1", "localhost") };
  writeAtomically(file, JSON.stringify(made));
  // For people, to paste into a form.
  writeAtomically(join(dataDir, "authority.pem"), made.ca);
  return made;
}
