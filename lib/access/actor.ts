import type { ActorKind } from "@/db/schema";
import type { Session } from "@/lib/access/session";

/** Who does something, as the audit writes it down. */
export type Actor = {
  kind: ActorKind;
  id: string | null;
  name: string | null;
  address: string | null;
};

export const userActor = (session: Session): Actor => ({
  kind: "user",
  id: session.user.id,
  name: session.user.name,
  address: session.address ?? null,
});

/** A worker process, by the name under which it claims jobs. */
export const workerActor = (name: string): Actor => ({ kind: "worker", id: null, name, address: null });

/** A provider that told us something on its own: a revocation, a push. */
export const providerActor = (name: string, address: string | null = null): Actor => ({
  kind: "provider",
  id: null,
  name,
  address,
});

/** The console itself: start-up, the command line. */
export const systemActor = (name: string): Actor => ({ kind: "system", id: null, name, address: null });
