import type { ProjectContext } from "@/lib/access";
import { requireAttempt } from "@/lib/auth/throttle";

const MOST = 30;
const WINDOW_SECONDS = 600;

/** By person, not by project: anybody may make projects. */
const limit =
  (what: string, sentence: string) =>
  (context: ProjectContext): Promise<void> =>
    requireAttempt(`integration:${what}:${context.user.id}`, MOST, WINDOW_SECONDS, sentence);

/** Nobody makes a port scanner of the console: thirty addresses tried in ten minutes by one person. Throws `rate_limited`. */
export const limitTrials = limit(
  "trial",
  `You tried ${MOST} connections within ten minutes, so this one was not tried and nothing was changed.`,
);

/** The same for handshakes, each of which asks the provider for a token. Throws `rate_limited`. */
export const limitHandshakes = limit(
  "handshake",
  `You started ${MOST} authorizations within ten minutes, so this one was not started and nothing was changed.`,
);
