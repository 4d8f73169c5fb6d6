import type { NextRequest } from "next/server";
import { env } from "@/lib/env";

/** next-auth's own endpoints, at the console's canonical address whatever the Host header says. */
const handle =
  (method: "GET" | "POST") =>
  async (request: NextRequest): Promise<Response> => {
    const [{ handlers }, next] = await Promise.all([import("@/lib/auth/next-auth"), import("next/server")]);
    const { pathname, search } = request.nextUrl;
    return handlers[method](new next.NextRequest(`${env().CONSOLE_URL}${pathname}${search}`, request));
  };

export const authHandlers = { GET: handle("GET"), POST: handle("POST") };
