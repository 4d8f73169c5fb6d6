import type { IntegrationView } from "@/lib/integrations";
import type { IntegrationOption } from "./source-fields";

const problems: Partial<Record<IntegrationView["status"], string>> = {
  needs_reauthorization: "needs re-authorization",
  paused: "paused",
};

/** The integrations that an app may choose from; those that do not work now say why. */
export function toIntegrationOptions(integrations: readonly IntegrationView[]): IntegrationOption[] {
  return integrations
    .filter(({ status }) => status !== "removed" && status !== "disconnecting")
    .map(({ id, account, providerName, host, status, isEntered }) => ({
      id,
      isTyped: isEntered,
      label: isEntered ? `${account} (${providerName})` : `${account} (${providerName}, ${host})`,
      problem: problems[status],
    }));
}
