import { newId, run, type Transaction } from "@/db";
import type { Verdict } from "@/db/schema";

export type NewVerdict = {
  appId: string;
  verdict: Verdict;
  facts: Record<string, string>;
  deploymentId: string | null;
};

// "deciding" is due at once; everything else is decided.
const ADD = {
  name: "add-verdicts",
  text: `with given as (
      select * from jsonb_to_recordset($4) as v(id text, "appId" text, verdict text, facts jsonb, "deploymentId" text)
    ), added as (
      insert into verdicts (id, project_id, app_id, push_id, delivery_id, verdict, facts, deployment_id, decide_at,
        decided_at)
      select id, $1, "appId", $2, $3, verdict, facts, "deploymentId",
        case when verdict = 'deciding' then now() end, case when verdict <> 'deciding' then now() end
      from given
    )
    select pg_notify('console', jsonb_build_object('kind', 'push', 'project', $1::text, 'app', "appId")::text) from given`,
};

/** What the verdicts are about: a push, or a delivery whose push is still being worked out. */
export type VerdictSubject = { pushId: string } | { deliveryId: string };

/** Writes one verdict for each app and tells the open pages. */
export async function addVerdicts(
  tx: Transaction,
  projectId: string,
  subject: VerdictSubject,
  verdicts: readonly NewVerdict[],
): Promise<void> {
  if (verdicts.length === 0) return;
  const pushId = "pushId" in subject ? subject.pushId : null;
  const deliveryId = "deliveryId" in subject ? subject.deliveryId : null;
  const rows = verdicts.map((verdict) => ({ id: newId("vrd"), ...verdict }));
  await run(tx, ADD, [projectId, pushId, deliveryId, JSON.stringify(rows)]);
}
