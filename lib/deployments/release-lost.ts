import { db, run } from "@/db";
import { lockRunning, settle } from "@/lib/deployments/settle";
import { settlementOfLost } from "@/lib/deployments/settlement";

const EXPIRED = {
  name: "expired-deployments",
  text: `select id, lease_token as "leaseToken" from deployments
    where status = 'building' and lease_until < now() order by lease_until limit 100`,
};

/**
 * Takes back what a killed worker held: queued again, or Failed (`worker_lost`) the third time. Any worker may call it at any
 * moment. Answers how many were taken back.
 */
export async function releaseLost(): Promise<number> {
  let released = 0;
  for (const { id, leaseToken } of await run<{ id: string; leaseToken: string }>(db(), EXPIRED, [])) {
    const isReleased = await db().transaction(async (tx) => {
      const running = await lockRunning(tx, id, leaseToken, { onlyExpired: true });
      if (running) await settle(tx, running, settlementOfLost(running));
      return running !== null;
    });
    if (isReleased) released += 1;
  }
  return released;
}
