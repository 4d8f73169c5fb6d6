import { ProviderUnavailable } from "@/lib/providers/errors";
import { parseAddress } from "@/lib/providers/git/address";
import { findHost } from "@/lib/providers/git/detect";
import { readExpiry } from "@/lib/providers/git/expiry";
import { HOST_KINDS, tokenPage } from "@/lib/providers/git/host-kinds";
import { listRefs } from "@/lib/providers/git/smart-http/list-refs";
import { GitRefusal, translate } from "@/lib/providers/git/smart-http/refusal";
import { testGrant } from "@/lib/providers/git/trial";
import type { CredentialsAuthorization, Grant } from "@/lib/providers/provider";

export const authorization: CredentialsAuthorization = {
  kind: "credentials",
  hostKinds: HOST_KINDS,
  parseAddress,
  findHost,
  test: testGrant,
  checkCredential,
  readExpiry,
  tokensUrl: ({ origin, apiPath, hostKind }) => tokenPage(origin + (apiPath ?? ""), hostKind),
};

/** A refusal of one repository says nothing of the others: dead is what opens none of them. */
async function checkCredential(grant: Grant, cloneUrls: readonly string[]): Promise<"alive" | "dead"> {
  const { origin, pathPrefix } = grant.instance;
  // A whole host has no address of its own that could be asked for: nobody uses it yet, and nothing speaks against it.
  if (cloneUrls.length === 0 && !pathPrefix) return "alive";
  const own = `${origin}${pathPrefix}.git`;
  let trouble: unknown = null;
  let isRefused = false;
  for (const url of cloneUrls.length > 0 ? cloneUrls : [own]) {
    try {
      await listRefs(grant, url, { prefixes: ["HEAD"], onRef: () => true });
      return "alive";
    } catch (error) {
      if (error instanceof GitRefusal && error.reason === "unauthorized") isRefused = true;
      // What is forbidden, gone or moved was told to somebody whom the host knows.
      else if (error instanceof GitRefusal && /^(?:forbidden|not_found|redirected)$/.test(error.reason))
        return "alive";
      else trouble = translate(error);
    }
  }
  if (isRefused) return "dead";
  throw trouble ?? new ProviderUnavailable("The Git host did not answer as it should.", "bad_answer");
}
