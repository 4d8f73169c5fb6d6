import type { ProjectContext } from "@/lib/access";
import { requireAttempt } from "@/lib/auth/throttle";

const MOST = 30;
const WINDOW_SECONDS = 600;

// By person, not by project: anybody may make projects.

/** Nobody makes a port scanner of the console: thirty addresses tried in ten minutes by one person. Throws `rate_limited`. */
export const limitTrials = ({ user }: ProjectContext): Promise<void> =>
  requireAttempt(
    `integration:trial:${user.id}`,
    MOST,
    WINDOW_SECONDS,
    `You tried ${MOST} connections within ten minutes, so this one was not tried and nothing was changed.`,
  );

/** The same for handshakes, each of which asks the provider for a token. Throws `rate_limited`. */
export const limitHandshakes = ({ user }: ProjectContext): Promise<void> =>
  requireAttempt(
    `integration:handshake:${user.id}`,
    MOST,
    WINDOW_SECONDS,
    `You started ${MOST} authorizations within ten minutes, so this one was not started and nothing was changed.`,
  );
