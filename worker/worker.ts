import { setMaxListeners } from "node:events";
import { listen } from "@/db";
import { forgetOldUses } from "@/lib/credentials";
import { parseWork, releaseLost, WORK_CHANNEL } from "@/lib/deployments";
import { eraseEndedSecrets } from "@/lib/instances";
import { runDueChecks, runDueCleanups, runDueGrants } from "@/lib/integrations";
import { log, reportUnexpected } from "@/lib/log";
import { forgetOldMails, runDueMails } from "@/lib/mail";
import { tellIncidents } from "@/lib/notifications";
import { reconcileAll, runDueDecisions, runDuePolls } from "@/lib/pushes";
import { runDueHookChecks } from "@/lib/sources";
import { dropUnusedKeys } from "@/lib/vault";
import { forgetMirrors } from "@/worker/forget-mirrors";
import { removeForgottenSites } from "@/worker/forgotten";
import type { Machine } from "@/worker/machine";
import { endOrphans } from "@/worker/orphans";
import { createPresence } from "@/worker/presence";
import { repeat } from "@/worker/repeat";
import { createSlots } from "@/worker/slots";

export type Worker = {
  /** Resolves once this worker can be seen in the database. */
  ready: Promise<void>;
  /** Takes nothing more, hands back what runs, and leaves. */
  stop(): Promise<void>;
};

const HOUR_MS = 3_600_000;

/** Claims and runs what is due until it is stopped. */
export function startWorker(machine: Machine): Worker {
  const ending = new AbortController();
  // Every loop waits for it.
  setMaxListeners(0, ending.signal);
  const slots = createSlots(machine);
  const presence = createPresence(machine);
  const fill = () => slots.fill().catch((error: unknown) => void reportUnexpected(error, "claim"));
  const subscription = listen(
    [WORK_CHANNEL],
    (_channel, payload) => {
      const notice = parseWork(payload);
      if (notice.kind === "cancel") slots.look(notice.deploymentId);
      else void fill();
    },
    () => {
      // Whatever was said while nobody listened is in the rows.
      slots.look(null);
      void fill();
    },
  );
  const loops = [
    repeat("claim", 5000, ending.signal, slots.fill),
    repeat("lost leases", 2000, ending.signal, releaseLost),
    repeat("decisions", 1000, ending.signal, runDueDecisions),
    repeat("polls", 2000, ending.signal, runDuePolls),
    repeat("waiting grants", 5000, ending.signal, runDueGrants),
    repeat("cleanups", 2000, ending.signal, runDueCleanups),
    repeat("incidents", 2000, ending.signal, tellIncidents),
    repeat("mails", 2000, ending.signal, runDueMails),
    repeat("integration checks", 5000, ending.signal, runDueChecks),
    repeat("hook checks", 5000, ending.signal, runDueHookChecks),
    repeat("ended secrets", HOUR_MS, ending.signal, eraseEndedSecrets),
    repeat("old uses", HOUR_MS, ending.signal, forgetOldUses),
    repeat("old mails", HOUR_MS, ending.signal, forgetOldMails),
    repeat("mirrors", 60_000, ending.signal, () => forgetMirrors(machine.folders.mirrors)),
    repeat("forgotten sites", HOUR_MS, ending.signal, () => removeForgottenSites(machine.folders.sites)),
    repeat("unused keys", HOUR_MS, ending.signal, dropUnusedKeys),
    repeat("orphans", 5000, ending.signal, () => endOrphans(machine.sandbox)),
    reconcileOnce(ending.signal),
  ];
  const ready = presence.tell();
  ready.catch(() => undefined);
  loops.push(repeat("presence", 5000, ending.signal, presence.tell));
  const stop = async () => {
    ending.abort();
    await slots.drain();
    await Promise.allSettled([subscription.close(), presence.leave()]);
    // Calls to providers have time-outs longer than anybody waits for a shutdown: they are left behind.
    await Promise.race([Promise.allSettled(loops), new Promise((resolve) => setTimeout(resolve, 300))]);
  };
  return { ready, stop };
}

/** A host never redelivers by itself: what was pushed while nobody listened is found by looking once. */
async function reconcileOnce(signal: AbortSignal): Promise<void> {
  const once = new AbortController();
  await repeat("reconcile", 2000, AbortSignal.any([signal, once.signal]), async (running) => {
    const moved = await reconcileAll(running);
    if (moved > 0) log.info({ moved }, "found pushes that nobody told us of");
    once.abort();
  });
}
