import type { NextRequest } from "next/server";
import { loadProjectContext, type ProjectContext, type Session } from "@/lib/access";
import { currentSession } from "@/lib/auth";
import { isConsoleError, notFound, unauthenticated } from "@/lib/errors";
import { reportUnexpected } from "@/lib/log";
import { requireSameOrigin } from "@/lib/origin";

type Params = Record<string, string>;
/** What Next passes beside the request: the parts of the path in brackets. */
type Segments = { params: Promise<Record<string, string | string[] | undefined>> };

export type RouteCall = { request: NextRequest; params: Params; session: Session };
export type RouteHandler = (request: NextRequest, segments: Segments) => Promise<Response>;

/** A handler for signed-in people. It returns a Response, or anything else as JSON that nobody may keep. */
export function sessionRoute(handler: (session: Session, call: RouteCall) => Promise<unknown>): RouteHandler {
  return async (request, segments) => {
    try {
      if (request.method !== "GET" && request.method !== "HEAD") requireSameOrigin(request.headers);
      const session = await currentSession();
      if (!session) throw unauthenticated();
      const params = singles(await segments.params);
      const answer = await handler(session, { request, params, session });
      return answer instanceof Response ? answer : json(answer, 200);
    } catch (error) {
      return isTheirLeaving(error, request.signal) ? left() : failure(error);
    }
  };
}

/** A handler below `api/projects/[project]`: the path's project becomes the context, or the answer is 404. */
export function projectRoute(
  handler: (context: ProjectContext, call: RouteCall) => Promise<unknown>,
): RouteHandler {
  return sessionRoute(async (session, call) => {
    const { project } = call.params;
    if (project === undefined) throw notFound();
    return handler(await loadProjectContext(session, project), call);
  });
}

const singles = (params: Record<string, string | string[] | undefined>): Params =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );

const json = (body: unknown, status: number): Response =>
  Response.json(body ?? null, {
    status,
    headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" },
  });

/** Whoever asked is gone, and what was begun for them was stopped by that: a search while somebody types, most of the time. */
const isTheirLeaving = (error: unknown, { aborted, reason }: AbortSignal): boolean =>
  aborted && (error === reason || (error instanceof Error && error.name === "AbortError"));

/** Nobody reads it; 499 is what proxies write into their logs for it. */
const left = (): Response => new Response(null, { status: 499 });

function failure(error: unknown): Response {
  if (isConsoleError(error)) return json({ code: error.code, message: error.message }, error.status);
  const id = reportUnexpected(error, "route");
  return json({ code: "unexpected", message: `Something went wrong on our side. (${id})` }, 500);
}
