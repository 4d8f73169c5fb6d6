import { createHmac } from "node:crypto";

/** The two signature headers over exactly these bytes. */
export function signatureHeaders(secret: string | null, body: Buffer): Record<string, string> {
  if (!secret) return {};
  return {
    "x-hub-signature": `sha1=${createHmac("sha1", secret).update(body).digest("hex")}`,
    "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  };
}
