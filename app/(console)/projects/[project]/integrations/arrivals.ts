import type { ToastContent } from "@/components/ui/toast";
import {
  type CatalogueEntry,
  failureSentence,
  type IntegrationView,
  isFailureCode,
} from "@/lib/integrations";

export type Query = Record<string, string | string[] | undefined>;

/** What to say about a success that led here; null for an address that nobody of ours made. */
export function successToast(
  query: Query,
  integrations: IntegrationView[],
  base: string,
): ToastContent | null {
  const connected = integrations.find(({ id }) => id === query.connected);
  return connected ? connectedToast(connected, query, base) : null;
}

/** The provider keeps ten of one account and silently drops the oldest; the console takes nine. */
export const manyTokens = (tokens: number): string =>
  `It has ${tokens} tokens on this console now, and after nine no more are taken: remove one that is no longer needed.`;

function connectedToast({ id, account, usedBy }: IntegrationView, query: Query, base: string): ToastContent {
  const tokens = Number(query.tokens);
  const detail =
    tokens >= 8
      ? manyTokens(tokens)
      : usedBy.length > 0
        ? "Pushes that were missed meanwhile are being looked for."
        : "Choose a repository for an app next.";
  return {
    tone: tokens >= 8 ? "warn" : "ok",
    title: `${account} is connected`,
    detail,
    ...(usedBy.length > 0
      ? {}
      : { action: { label: "Create an app", href: `${base}/apps/new?integration=${id}` } }),
  };
}

/** Why an authorization ended without a connection, in a sentence; null when none did. */
export function failureOf(query: Query, catalogue: CatalogueEntry[]): string | null {
  if (!isFailureCode(query.failed)) return null;
  const instance = catalogue.find(({ instanceId }) => instanceId === query.instance);
  return failureSentence(query.failed, instance?.name ?? "The provider");
}
