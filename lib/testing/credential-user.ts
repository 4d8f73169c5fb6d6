import { closeDatabase } from "@/db";
import { systemActor } from "@/lib/access";
import { withCredential } from "@/lib/credentials";
import { oauthOf } from "@/lib/providers";

/** What a test asks of this process, which is started by it: so many uses at the same moment. */
export type Order = { projectId: string; integrationId: string; callers: number };
/** How often each answer came: the account's name, or the error's code or name. */
export type Report = Record<string, number>;

process.once("message", (order: Order) => void work(order));
process.send?.("ready");

async function work({ projectId, integrationId, callers }: Order): Promise<void> {
  const actor = systemActor("console");
  const use = { projectId, integrationId, purpose: "test", actor, record: false };
  const ask = async () => {
    try {
      const { account } = await withCredential(use, (grant) => oauthOf("github").identify(grant));
      return account.login;
    } catch (error) {
      return error instanceof Error && "code" in error ? String(error.code) : String(error);
    }
  };
  const report: Report = {};
  for (const answer of await Promise.all(Array.from({ length: callers }, ask))) {
    report[answer] = (report[answer] ?? 0) + 1;
  }
  process.send?.(report);
  await closeDatabase();
}
