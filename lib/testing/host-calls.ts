import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordedDelivery } from "@/lib/providers/contract";
import { signingToken } from "@/lib/providers/git/webhook/gitlab";

const FIXTURES = join(import.meta.dirname, "../providers/git/webhook/fixtures");

export const hex = (body: Buffer, secret: string, algorithm = "sha256"): string =>
  createHmac(algorithm, secret).update(body).digest("hex");

/** The headers by which each kind of host proves a call, written from the hosts' documents. */
export const PROOFS: Record<string, (body: Buffer, secret: string) => string[]> = {
  gitlab: (_body, secret) => ["X-Gitlab-Token", secret],
  gitea: (body, secret) => [
    ...["X-Gogs-Signature", hex(body, secret), "X-Gitea-Signature", hex(body, secret)],
    ...["X-Hub-Signature", `sha1=${hex(body, secret, "sha1")}`],
    ...["X-Hub-Signature-256", `sha256=${hex(body, secret)}`],
  ],
  gogs: (body, secret) => ["X-Gogs-Signature", hex(body, secret)],
  bitbucket_cloud: (body, secret) => ["X-Hub-Signature", `sha256=${hex(body, secret)}`],
  bitbucket_data_center: (body, secret) => ["X-Hub-Signature", `sha256=${hex(body, secret)}`],
  other: (body, secret) => ["X-Console-Signature", `sha256=${hex(body, secret)}`],
};

/** GitLab's signed form [Standard Webhooks]: id, time and body, by the key behind `whsec_`. */
export function standardSignature(body: Buffer, token: string, id: string, at: number): string[] {
  const key = Buffer.from(token.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${at}.`).update(body).digest("base64");
  return [
    ...["webhook-id", id, "webhook-timestamp", String(at)],
    ...["webhook-signature", `v1,${signature}`],
  ];
}

export { signingToken };

export type Recorded = RecordedDelivery & { delivery: { id: string; event: string } };

/** Every recorded call of one kind of host. */
export function recordedCalls(kind: string): Recorded[] {
  const folder = join(FIXTURES, kind);
  return readdirSync(folder).map((file) => {
    const { headers, delivery, body, expected } = JSON.parse(readFileSync(join(folder, file), "utf8"));
    const name = file.replace(/\.json$/, "");
    return { name, event: delivery.event, headers: Object.entries(headers).flat(), delivery, body, expected };
  }) as Recorded[];
}
