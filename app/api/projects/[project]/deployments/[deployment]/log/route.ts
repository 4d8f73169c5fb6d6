import { readLog } from "@/lib/deployments";
import { invalid } from "@/lib/errors";
import { projectRoute } from "@/lib/route";

const WHOLE = /^\d{1,9}$/;

/** The lines of a log after line `after`, as a LogPage. */
export const GET = projectRoute(async (context, { request, params }) => {
  const after = request.nextUrl.searchParams.get("after") ?? "0";
  if (!WHOLE.test(after)) throw invalid("`after` is the number of a line.");
  return readLog(context, params.deployment ?? "", { after: Number(after) });
});
