/** What a call is answered with. A null body is an empty one. */
export type Outcome = {
  status: number;
  body: Record<string, string> | null;
  /** In seconds, where trying again later helps. */
  retryAfter?: number;
};

/** Every authenticated delivery is accepted, whatever it means: a host that sees 4xx mutes the hook. */
export const accepted = (outcome: string): Outcome => ({ status: 202, body: { outcome } });

/** One empty answer for a wrong signature, a missing one and an unknown hook. */
export const refused: Outcome = { status: 401, body: null };
export const notFound: Outcome = { status: 404, body: null };
export const tooMany: Outcome = { status: 429, body: null };

export const badRequest = (message: string): Outcome => ({ status: 400, body: { message } });
/** Our own trouble (a key that does not open): the host shows it as failed, and a reconcile finds the push. */
export const unavailable: Outcome = { status: 503, body: null };
