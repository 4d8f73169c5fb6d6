import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { PATH_HEADER, sessionCookieName, signInPath } from "@/lib/auth";
import { env } from "@/lib/env";
import { instanceOrigins } from "@/lib/instances";
import { reportUnexpected } from "@/lib/log";
import { type PageSecurity, pageHeaders } from "@/lib/page-headers";

const OPEN_TO_ALL = /^\/(sign-in|setup|invitation)(\/|$)/;
const ORIGINS_LIVE_MS = 10_000;

/**
 * Gives every page its nonce and headers, and sends people without a cookie to sign in. It never guards anything: whether the
 * cookie is good for something is decided by the page and by every verb.
 */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const elsewhere = redirectTarget(request);
  if (elsewhere) return NextResponse.redirect(elsewhere);
  const security: PageSecurity = {
    nonce: randomBytes(16).toString("base64"),
    formOrigins: await formOrigins(),
    isSecure: env().isSecure,
    isDevelopment: env().isDevelopment,
  };
  const answered = pageHeaders(security);
  const asked = new Headers(request.headers);
  asked.set("x-nonce", security.nonce);
  asked.set(PATH_HEADER, `${request.nextUrl.pathname}${request.nextUrl.search}`);
  // Next takes the nonce for its own scripts from here.
  asked.set("content-security-policy", answered["content-security-policy"] ?? "");
  const response = NextResponse.next({ request: { headers: asked } });
  for (const [name, value] of Object.entries(answered)) response.headers.set(name, value);
  return response;
}

export const config = {
  // Pages only: each call costs, and request bodies would be buffered.
  matcher: "/((?!api/|_next/|favicon|icon|apple-icon|robots.txt).*)",
};

function redirectTarget(request: NextRequest): string | null {
  if (request.method !== "GET" && request.method !== "HEAD") return null;
  const { pathname, search } = request.nextUrl;
  if (OPEN_TO_ALL.test(pathname) || request.cookies.has(sessionCookieName())) return null;
  return `${env().CONSOLE_URL}${signInPath(`${pathname}${search}`)}`;
}

let origins: { list: Promise<string[]>; until: number } | undefined;

/** Read at most every ten seconds. Without the database pages answer for themselves; the policy is then the narrow one. */
function formOrigins(): Promise<string[]> {
  if (!origins || origins.until < Date.now()) {
    origins = { list: instanceOrigins().catch(noOrigins), until: Date.now() + ORIGINS_LIVE_MS };
  }
  return origins.list;
}

function noOrigins(error: unknown): string[] {
  reportUnexpected(error, "proxy");
  return [];
}
