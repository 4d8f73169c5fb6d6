import { revalidatePath } from "next/cache";
import { headers } from "next/headers";
import { redirect, unstable_rethrow } from "next/navigation";
import type { z } from "zod";
import {
  type InstanceContext,
  loadInstanceContext,
  loadProjectContext,
  type ProjectContext,
  type Session,
} from "@/lib/access";
import { currentSession } from "@/lib/auth";
import { type ErrorCode, type FieldErrors, isConsoleError, notFound, unauthenticated } from "@/lib/errors";
import { fieldsOf, type Input, parseInput } from "@/lib/input";
import { reportUnexpected } from "@/lib/log";
import { requireSameOrigin } from "@/lib/origin";

export type ActionFailure = {
  ok: false;
  code: ErrorCode | "unexpected";
  message: string;
  fields: FieldErrors;
};
export type ActionResult<T = unknown> = { ok: true; value: T } | ActionFailure;

/**
 * A server action. It takes an object or a form's data; React's `useActionState` passes its previous state before that, which is
 * ignored: the last argument counts.
 */
export type Action<T> = (...args: unknown[]) => Promise<ActionResult<T>>;

export type After<T, I> = {
  /** Paths whose pages must be read again. */
  revalidate?: (value: T, input: I) => readonly string[];
  /** Where the browser goes afterwards. The action then returns nothing. */
  redirectTo?: (value: T, input: I) => string;
};

type Schema = z.ZodType;

/** An action for people who are not signed in: signing in, setting up. */
export function publicAction<S extends Schema, T>(
  schema: S,
  verb: (input: z.output<S>) => Promise<T>,
  after: After<T, z.output<S>> = {},
): Action<T> {
  return answer(async (raw) => finish(parseInput(schema, raw), verb, after));
}

/** An action of a signed-in person, beyond any one project. */
export function sessionAction<S extends Schema, T>(
  schema: S,
  verb: (session: Session, input: z.output<S>) => Promise<T>,
  after: After<T, z.output<S>> = {},
): Action<T> {
  return answer(async (raw) => {
    const session = await signedIn();
    return finish(parseInput(schema, raw), (input) => verb(session, input), after);
  });
}

/** An action in a project. The input's `projectId` chooses it and is not part of the schema. */
export function projectAction<S extends Schema, T>(
  schema: S,
  verb: (context: ProjectContext, input: z.output<S>, session: Session) => Promise<T>,
  after: After<T, z.output<S> & { projectId: string }> = {},
): Action<T> {
  return answer(async (raw) => {
    const session = await signedIn();
    const { projectId, ...rest } = raw;
    if (typeof projectId !== "string") throw notFound();
    const context = await loadProjectContext(session, projectId);
    const input = parseInput(schema, rest);
    return finish(
      { ...(input as object), projectId } as z.output<S> & { projectId: string },
      () => verb(context, input, session),
      after,
    );
  });
}

/** An action of an instance admin. */
export function instanceAction<S extends Schema, T>(
  schema: S,
  verb: (context: InstanceContext, input: z.output<S>) => Promise<T>,
  after: After<T, z.output<S>> = {},
): Action<T> {
  return answer(async (raw) => {
    const context = loadInstanceContext(await signedIn());
    return finish(parseInput(schema, raw), (input) => verb(context, input), after);
  });
}

async function signedIn(): Promise<Session> {
  const session = await currentSession();
  if (!session) throw unauthenticated();
  return session;
}

async function finish<I, T>(input: I, verb: (input: I) => Promise<T>, after: After<T, I>): Promise<T> {
  const value = await verb(input);
  for (const path of after.revalidate?.(value, input) ?? []) revalidatePath(path);
  if (after.redirectTo) redirect(after.redirectTo(value, input));
  return value;
}

/** Runs an action's body and turns whatever happens into an answer that may be shown. */
function answer<T>(run: (raw: Input) => Promise<T>): Action<T> {
  return async (...args) => {
    try {
      requireSameOrigin(await headers());
      return { ok: true, value: await run(fieldsOf(args.at(-1))) };
    } catch (error) {
      // Redirects and notFound() travel as exceptions of Next's own.
      unstable_rethrow(error);
      return failure(error);
    }
  };
}

function failure(error: unknown): ActionFailure {
  if (isConsoleError(error)) {
    return { ok: false, code: error.code, message: error.message, fields: error.fields };
  }
  const id = reportUnexpected(error, "action");
  const message = `Something went wrong on our side. Nothing was changed as far as we know. (${id})`;
  return { ok: false, code: "unexpected", message, fields: {} };
}
