import { db, run } from "@/db";
import type { Secret } from "@/lib/secret";
import { openHookSecrets } from "@/lib/sources";

/** A hook as intake needs it; read for every call, so that a rotated or deleted secret counts at once. */
export type IntakeHook = {
  id: string;
  projectId: string;
  repositoryId: string;
  provider: string;
  /** Which of its provider's kinds of host calls; null where there is only one. */
  hostKind: string | null;
  repositoryExternalId: string;
  repositoryName: string;
  cloneUrl: string;
  generation: number;
  hasPrevious: boolean;
  /** Its last delivery is worth noting again. */
  isNoteDue: boolean;
};

const READ = {
  name: "intake-hook",
  text: `select h.id, h.project_id as "projectId", h.repository_id as "repositoryId", r.provider,
      i.host_kind as "hostKind",
      r.external_id as "repositoryExternalId", r.full_name as "repositoryName", r.clone_url as "cloneUrl", h.secret_generation as generation,
      h.previous_secret_sealed is not null and h.previous_secret_until > now() as "hasPrevious",
      h.status <> 'active' or h.last_delivery_at is null or h.last_delivery_at < now() - interval '10 seconds'
        as "isNoteDue"
    from hooks h join repositories r on r.id = h.repository_id
      left join integrations i on i.id = h.integration_id where h.id = $1`,
};

export async function findHook(hookId: string): Promise<IntakeHook | null> {
  const [hook] = await run<IntakeHook>(db(), READ, [hookId]);
  return hook ?? null;
}

type Opened = { generation: number; hasPrevious: boolean; secrets: Secret[]; until: number };

const KEEP_MS = 60_000;
const MOST = 5000;
const opened = new Map<string, Opened>();

/**
 * The hook's secrets. Opening them is kept for a minute in this process, for exactly the generation (and the overlap with an
 * older one) that the row has now. Throws VaultError.
 */
export async function secretsOf({ id, generation, hasPrevious }: IntakeHook): Promise<Secret[]> {
  const kept = opened.get(id);
  const isFresh = kept && kept.generation === generation && kept.hasPrevious === hasPrevious;
  if (isFresh && kept.until > Date.now()) return kept.secrets;
  const secrets = (await openHookSecrets(id))?.secrets ?? [];
  if (opened.size >= MOST) opened.clear();
  opened.set(id, { generation, hasPrevious, secrets, until: Date.now() + KEEP_MS });
  return secrets;
}
