import type { ManualHook } from "@/lib/providers/provider";

/** For an account that may read a repository and not administer it [GitHub docs, "Creating webhooks"]. */
export const manualHook = (): ManualHook => ({
  where: "At GitHub, somebody who administers the repository opens its Settings > Webhooks > Add webhook.",
  addressLabel: "Payload URL",
  secretLabel: "Secret",
  signing: null,
  fields: [
    { label: "Content type", value: "application/json" },
    { label: "SSL verification", value: "Enabled" },
    { label: "Events", value: "Just the push event" },
  ],
  note: null,
  script: null,
  call: null,
});
