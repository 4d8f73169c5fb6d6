import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import { env } from "@/lib/env";

/**
 * The certificates that are trusted everywhere, Node's own and those of NODE_EXTRA_CA_CERTS, as one PEM text: for whoever replaces
 * the list instead of adding to it.
 */
export function usualRoots(): string {
  const { NODE_EXTRA_CA_CERTS: extra } = env();
  return `${rootCertificates.join("\n")}\n${extra ? readFileSync(extra, "utf8") : ""}`;
}
