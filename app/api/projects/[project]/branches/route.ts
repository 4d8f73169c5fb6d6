import { invalid } from "@/lib/errors";
import { BRANCHES_SHOWN } from "@/lib/providers";
import { projectRoute } from "@/lib/route";
import { searchBranches } from "@/lib/sources";

export const dynamic = "force-dynamic";

/** `?integration=…&repository=<id at the provider>&q=…`: the branches of one repository. */
export const GET = projectRoute(async (context, { request }) => {
  const { searchParams } = request.nextUrl;
  const integrationId = searchParams.get("integration");
  const repositoryExternalId = searchParams.get("repository");
  const query = searchParams.get("q") ?? "";
  if (!integrationId || !repositoryExternalId) throw invalid("Choose a repository first.");
  // What an id looks like is its provider's to know: GitHub has numbers, a Git host addresses.
  if (repositoryExternalId.length > 600) throw invalid("Choose a repository from the list.");
  if (query.length > 200) throw invalid("Type at most 200 characters.");
  const fetchedAt = new Date().toISOString();
  const input = { integrationId, repositoryExternalId, query, signal: request.signal };
  const found = await searchBranches(context, input);
  return { items: found.slice(0, BRANCHES_SHOWN), isCut: found.length > BRANCHES_SHOWN, fetchedAt };
});
