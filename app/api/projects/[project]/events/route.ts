import { loadProjectContext, type Session } from "@/lib/access";
import { findSession } from "@/lib/auth";
import { eventStream, STREAM_HEADERS } from "@/lib/events";
import { projectRoute } from "@/lib/route";

export const dynamic = "force-dynamic";

/** One stream for a tab: it ends when the session, the membership or the console does. */
export const GET = projectRoute(async (context, { request, session }) => {
  const { projectId } = context;
  const { signal } = request;
  const isAllowed = () => mayStillSee(session, projectId);
  return new Response(eventStream({ projectId, isAllowed, signal }), { headers: STREAM_HEADERS });
});

async function mayStillSee(session: Session, projectId: string): Promise<boolean> {
  if ((await findSession(session.sessionId)) === null) return false;
  await loadProjectContext(session, projectId);
  return true;
}
