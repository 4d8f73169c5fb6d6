import { db, run } from "@/db";

// Days in UTC. One statement on one small row: a poll does not wait for it.
const COUNT = {
  name: "count-credential-use",
  text: `insert into credential_uses (project_id, integration_id, day, purpose, repository_id)
    values ($1, $2, (now() at time zone 'utc')::date, $3, $4)
    on conflict (integration_id, day, purpose, repository_id)
    do update set count = credential_uses.count + 1, last_at = now()`,
};

type Counted = {
  projectId: string;
  integrationId: string;
  purpose: string;
  repository?: { id: string | null };
};

/** Sums up what the console does by itself with a credential: by day, purpose and repository. */
export async function countUse({ projectId, integrationId, purpose, repository }: Counted): Promise<void> {
  await run(db(), COUNT, [projectId, integrationId, purpose, repository?.id ?? ""]);
}

const KEPT_DAYS = 90;

const FORGET = {
  name: "forget-credential-uses",
  text: `delete from credential_uses where day < (now() at time zone 'utc')::date - ${KEPT_DAYS}`,
};

/** Sums of more than ninety days ago tell nobody anything any more. */
export const forgetOldUses = (): Promise<unknown> => run(db(), FORGET, []);
