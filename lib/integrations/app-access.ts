import type { AppInstallation, ClientType } from "@/db";
import type { InstallationView, PermissionView } from "@/lib/integrations/views";
import { oauthOf } from "@/lib/providers";

type Row = { provider: string; clientType: ClientType | null; installations: AppInstallation[] | null };
export type AppAccess = { permissions: PermissionView[]; installations: InstallationView[] | null };

const LEVELS = ["read", "write", "admin"];

/** What a GitHub App may do where it is installed, beside what the console needs. Empty for clients that have scopes. */
export function appAccess({ provider, clientType, installations }: Row): AppAccess {
  if (clientType !== "github_app") return { permissions: [], installations: null };
  return {
    permissions: oauthOf(provider).permissions.map(({ permission, level, why, permits }) => {
      const held = widest(installations ?? [], permission);
      return { permission, level, held, isEnough: rank(held) >= rank(level), why, permits };
    }),
    installations:
      installations?.map(({ id, account, repositories, isSuspended }) => ({
        id,
        account,
        repositories,
        isSuspended,
      })) ?? null,
  };
}

function widest(installations: readonly AppInstallation[], permission: string): string | null {
  const held = installations.flatMap(({ permissions, isSuspended }) =>
    isSuspended ? [] : [permissions[permission] ?? null],
  );
  return held.reduce((best, level) => (rank(level) > rank(best) ? level : best), null);
}

const rank = (level: string | null): number => (level === null ? 0 : LEVELS.indexOf(level) + 1);
