import NextAuth, { type NextAuthConfig } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { db } from "@/db";
import { checkLink, checkPassword, linkSignInSchema, passwordSignInSchema } from "@/lib/auth/check";
import { cookieKeys, sessionCookieName } from "@/lib/auth/cookie";
import { endSession, findSession, SESSION_DAYS, startSession } from "@/lib/auth/sessions";
import { currentVisitor, requestAddress } from "@/lib/auth/visitor";
import { env } from "@/lib/env";
import { isConsoleError } from "@/lib/errors";
import { log, reportUnexpected } from "@/lib/log";

const password = Credentials({
  id: "password",
  credentials: { email: {}, password: {} },
  authorize: async (input) => {
    const { userId } = await checkPassword(passwordSignInSchema.parse(input), await requestAddress());
    return { id: userId };
  },
});

const link = Credentials({
  id: "link",
  credentials: { token: {} },
  authorize: async (input) => {
    const { userId } = await checkLink(linkSignInSchema.parse(input).token, await requestAddress());
    return { id: userId };
  },
});

const sidOf = (token: Record<string, unknown>) => (typeof token.sid === "string" ? token.sid : null);

/** The cookie carries nothing but the id of our own row; whether it still counts is asked of that row each time. */
const callbacks: NextAuthConfig["callbacks"] = {
  jwt: async ({ token, user }) => {
    if (user?.id) return { sid: await startSession(user.id, await currentVisitor()) };
    const sid = sidOf(token);
    return sid !== null && (await findSession(sid)) ? { sid } : null;
  },
  session: async ({ session, token }) => {
    const sid = sidOf(token);
    const found = sid === null ? null : await findSession(sid);
    return {
      expires: session.expires,
      user: { name: found?.user.name ?? null, email: found?.user.email ?? null },
    };
  },
};

/** An expected refusal is an answer to the person, not a line in the log. */
const logger: NonNullable<NextAuthConfig["logger"]> = {
  error: (error) => {
    if (error.name === "JWTSessionError" || isConsoleError(causeOf(error))) return;
    reportUnexpected(causeOf(error) ?? error, "next-auth");
  },
  warn: (code) => log.debug({ code }, "next-auth warning"),
  debug: () => undefined,
};

/** The error that a provider of ours threw, which next-auth wraps. */
export function causeOf(error: unknown): unknown {
  const cause = error instanceof Error ? error.cause : undefined;
  return typeof cause === "object" && cause !== null && "err" in cause ? cause.err : cause;
}

/** Read at each use: the keys come from the vault, which a build does not have. */
export const { handlers, signIn, signOut } = NextAuth(async () => ({
  basePath: "/api/auth",
  providers: [password, link],
  session: { strategy: "jwt", maxAge: SESSION_DAYS * 24 * 60 * 60 },
  secret: await cookieKeys(),
  trustHost: true,
  useSecureCookies: env().isSecure,
  // The prefix __Host- asks for exactly this: the root path, https, and no domain.
  cookies: {
    sessionToken: {
      name: sessionCookieName(),
      options: { httpOnly: true, sameSite: "lax", path: "/", secure: env().isSecure },
    },
  },
  pages: { signIn: "/sign-in", error: "/sign-in" },
  callbacks,
  events: {
    signOut: async (message) => {
      const sid = "token" in message && message.token ? sidOf(message.token) : null;
      if (sid !== null) await endSession(db(), sid, await requestAddress());
    },
  },
  logger,
}));
