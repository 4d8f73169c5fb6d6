import { invalid } from "@/lib/errors";
import { projectRoute } from "@/lib/route";
import { searchRepositories } from "@/lib/sources";

export const dynamic = "force-dynamic";

/** `?integration=…&q=…[&refresh=1]`: the repositories that an integration reaches. */
export const GET = projectRoute(async (context, { request }) => {
  const { searchParams } = request.nextUrl;
  const integrationId = searchParams.get("integration");
  const query = searchParams.get("q") ?? "";
  if (!integrationId) throw invalid("Choose an integration first.");
  if (query.length > 500) throw invalid("Type at most 500 characters.");
  const page = await searchRepositories(context, {
    integrationId,
    query,
    isFresh: searchParams.get("refresh") === "1",
    signal: request.signal,
  });
  return { ...page, fetchedAt: page.fetchedAt.toISOString() };
});
