import { integrations, newId, type Transaction } from "@/db";
import type { ProjectContext } from "@/lib/access";
import { storeCredential } from "@/lib/credentials";
import { announce } from "@/lib/events";
import type { Granted } from "@/lib/integrations/authorization/granted";
import { grantedFacts, recordGrant } from "@/lib/integrations/authorization/record-grant";

/** Writes a first connection, with its credential and its audit row. Answers with its id. */
export async function connectAccount(
  tx: Transaction,
  ctx: ProjectContext,
  granted: Granted,
): Promise<string> {
  const { instance, account, tokens } = granted;
  const id = newId("int");
  await tx.insert(integrations).values({
    id,
    projectId: ctx.projectId,
    provider: instance.provider,
    instanceId: instance.id,
    origin: instance.origin,
    accountId: account.id,
    ...grantedFacts(ctx, granted),
  });
  const owner = { projectId: ctx.projectId, integrationId: id, origin: instance.origin };
  const fingerprint = await storeCredential(tx, owner, tokens);
  await announce(tx, { kind: "integration", project: ctx.projectId });
  await recordGrant(tx, ctx, granted, { id, event: "integration.connected", fingerprint });
  return id;
}
