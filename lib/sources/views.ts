import type { HookStatus } from "@/db/schema";

// What leaves the server about webhooks. Times are ISO 8601 strings; no secret is in any type of this file.

export type LastCallView = {
  at: string;
  /** It was about the hook's own repository. */
  isOwn: boolean;
  sentence: string;
};

/** How one webhook comes to be at the host, and whether it is heard. */
export type HookPanelView = {
  id: string;
  repositoryName: string;
  status: HookStatus;
  /** Why the console could not register it, or what is wrong with it. */
  reason: string | null;
  /** A person enters it at the host. */
  isManual: boolean;
  /** A secret of it was made on demand before. */
  isShown: boolean;
  address: string;
  how: {
    where: string;
    addressLabel: string;
    secretLabel: string;
    fields: { label: string; value: string }[];
    note: string | null;
    script: string | null;
    call: string | null;
  };
  /** Until when the secret before is still taken; null when none is. */
  previousUntil: string | null;
  lastCall: LastCallView | null;
};
