import { type Executor, run } from "@/db";

/** The channel that wakes workers: a deployment is due, or a running one is to be stopped. */
export const WORK_CHANNEL = "deployments";

export type WorkNotice = { kind: "due" } | { kind: "cancel"; deploymentId: string };

const CANCEL = "cancel:";

/** Reads a notification of WORK_CHANNEL; whatever is not a cancellation means "look for work". */
export const parseWork = (payload: string): WorkNotice =>
  payload.startsWith(CANCEL)
    ? { kind: "cancel", deploymentId: payload.slice(CANCEL.length) }
    : { kind: "due" };

const NOTIFY = {
  name: "notify-work",
  text: "select pg_notify('deployments', value) from unnest($1::text[]) as value",
};

/** Tells the workers, when the transaction commits, to stop these running deployments. */
export async function notifyCancel(tx: Executor, deploymentIds: readonly string[]): Promise<void> {
  if (deploymentIds.length > 0) await run(tx, NOTIFY, [deploymentIds.map((id) => `${CANCEL}${id}`)]);
}

/** Tells the workers that something is due. */
export const notifyDue = async (tx: Executor): Promise<void> => {
  await run(tx, NOTIFY, [["due"]]);
};
