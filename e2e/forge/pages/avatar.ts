import type { Account } from "@/e2e/forge/state/model";

/** A coloured square with the first letter, always the same for one account. */
export function avatarSvg(account: Account): string {
  const hue = (account.id * 67) % 360;
  const letter = account.login.slice(0, 1).toUpperCase();
  return `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64"><rect width="64" height="64" rx="${account.kind === "User" ? 32 : 10}" fill="hsl(${hue} 45% 45%)"/><text x="32" y="33" font-family="system-ui,sans-serif" font-size="30" font-weight="600" fill="#fff" text-anchor="middle" dominant-baseline="central">${letter}</text></svg>`;
}
