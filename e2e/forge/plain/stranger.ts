import type { Exchange } from "@/e2e/forge/http/exchange";
import { json, type Reply, text } from "@/e2e/forge/http/reply";
import type { PlainKind } from "./kinds";

/** What a credential is answered that nobody was to send here; the log of requests shows it. */
export const STOLEN = 418;

/**
 * Somebody else's application of the same product, at the root of the origin that a plain host answers below. It says what it is to
 * anybody, as the real one does, and takes whatever credential it is brought.
 */
export function answerStranger(kind: PlainKind, { path, header }: Exchange): Reply {
  if (header("authorization") ?? header("private-token")) return text(STOLEN, "Thank you.\n");
  if (kind === "gitlab" && path === "/api/v4/version") return json(401, { message: "401 Unauthorized" });
  if (kind === "gitea" && path === "/api/v1/version") return json(200, { version: "1.25.4" });
  if (kind === "bitbucket" && path === "/rest/api/1.0/application-properties") {
    return json(200, { version: "9.4.0", buildNumber: "9004000", displayName: "Bitbucket" });
  }
  return text(404, "Not found.\n");
}
