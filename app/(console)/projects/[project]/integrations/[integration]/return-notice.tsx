import type { ToastContent } from "@/components/ui/toast";
import type { IntegrationDetail } from "@/lib/integrations";
import { Arrival } from "../arrival";
import { manyTokens, type Query } from "../arrivals";

/** Says once how an authorization of this integration ended. */
export function ReturnNotice({
  query,
  integration,
  path,
}: {
  query: Query;
  integration: IntegrationDetail;
  path: string;
}) {
  const content = contentOf(query, integration);
  return content && <Arrival content={content} path={path} />;
}

function contentOf(query: Query, { account, apps }: IntegrationDetail): ToastContent | null {
  const tokens = Number(query.tokens);
  const detail =
    tokens >= 8
      ? manyTokens(tokens)
      : apps.length > 0
        ? "Pushes that were missed meanwhile are being looked for."
        : "No app uses it yet.";
  const tone = tokens >= 8 ? "warn" : "ok";
  if (query.again === "1") return { tone, title: `${account} is re-authorized`, detail };
  if (query.replaced === "1") return { tone, title: `${account} has taken its place`, detail };
  if (query.discarded !== "1") return null;
  return { tone: "ok", title: "Nothing was changed", detail: "The new token is being revoked." };
}
