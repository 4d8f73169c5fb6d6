import type { NextRequest } from "next/server";
import { completeAuthorization } from "@/app/(console)/projects/[project]/integrations/actions";
import { env } from "@/lib/env";

export const dynamic = "force-dynamic";

type Segments = { params: Promise<{ instance: string }> };

/**
 * Where a provider returns to, by GET. Everything is decided by the action; the answer is always a redirect to a path of ours,
 * and neither code nor state stays in the history or in a Referer.
 */
export async function GET(request: NextRequest, { params }: Segments): Promise<Response> {
  const { instance } = await params;
  const path = await completeAuthorization(instance, request.nextUrl.search);
  return new Response(null, {
    status: 303,
    headers: {
      location: `${env().CONSOLE_URL}${path}`,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
    },
  });
}
