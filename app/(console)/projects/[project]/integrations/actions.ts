"use server";

import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { z } from "zod";
import { projectAction } from "@/lib/action";
import { currentSession, signInPath } from "@/lib/auth";
import {
  beginAuthorization as begin,
  completeAuthorization as complete,
  confirmAuthorization as confirm,
  connectWithCredentials as connectEntered,
  discardAuthorization as discard,
  enteredInput,
  forgetCleanups as forget,
  pauseIntegration as pause,
  removeIntegration as remove,
  restoreApps as restore,
  restrictRepositories as restrict,
  resumeIntegration as resume,
} from "@/lib/integrations";

const beginSchema = z.object({
  instanceId: z.string(),
  integrationId: z.string().optional(),
  access: z.string().optional(),
  isReplacement: z
    .literal("yes")
    .transform(() => true)
    .optional(),
});

/** Starts a handshake: leaves the attempt's half in the browser and answers with where it goes on. */
export const beginAuthorization = projectAction(beginSchema, async (context, input, session) => {
  const { url, cookie } = await begin(context, session, input);
  (await cookies()).set(cookie);
  return { url };
});

/** Ends a handshake with what the provider sent back. Answers with the path to show, whatever happened. */
export async function completeAuthorization(instanceId: string, search: string): Promise<string> {
  const session = await currentSession();
  if (!session) return signInPath("/?failed=signed_out");
  const jar = await cookies();
  const done = await complete(session, {
    instanceId: String(instanceId),
    params: new URLSearchParams(String(search)),
    cookies: new Map(jar.getAll().map(({ name, value }) => [name, value])),
  });
  if (done.cookie) jar.set(done.cookie);
  return done.redirectTo;
}

/** Tries what a person entered, and stores it where that works or they insist. Answers with what was found; leaves when stored. */
export const connectWithCredentials = projectAction(enteredInput, async (context, input) => {
  const outcome = await connectEntered(context, input);
  if (outcome.kind !== "stored") return outcome;
  const base = `/projects/${context.projectId}/integrations`;
  const { integrationId, isReauthorized } = outcome;
  redirect(isReauthorized ? `${base}/${integrationId}?again=1` : `${base}?connected=${integrationId}`);
});

const integrationSchema = z.object({ integrationId: z.string() });

/** Stops automation and use at once, without losing anything. */
export const pauseIntegration = projectAction(integrationSchema, pause, { revalidate: integrationPages });

/** Puts a paused integration back to use, and shows what was missed. */
export const resumeIntegration = projectAction(integrationSchema, resume, { redirectTo: integrationPage });

const grantPage = ({ integrationId }: { integrationId: string }, { projectId }: { projectId: string }) =>
  integrationPage(null, { projectId, integrationId });

function integrationPage(_: unknown, input: { projectId: string; integrationId: string }): string {
  return `/projects/${input.projectId}/integrations/${input.integrationId}`;
}

function integrationPages(_: unknown, input: { projectId: string; integrationId: string }): string[] {
  return [`/projects/${input.projectId}/integrations`, integrationPage(_, input)];
}

/** Puts a new authorization that waits in the place of the old one. */
export const confirmAuthorization = projectAction(
  z.object({ grantId: z.string(), replaces: z.string().optional() }),
  confirm,
  {
    redirectTo: (value, input) =>
      `${grantPage(value, input)}?${value.isReplacement ? "replaced" : "again"}=1`,
  },
);

/** Leaves everything as it is; the new token is revoked. */
export const discardAuthorization = projectAction(z.object({ grantId: z.string() }), discard, {
  redirectTo: (value, input) => `${grantPage(value, input)}?discarded=1`,
});

const removeSchema = z.object({ integrationId: z.string(), confirmation: z.string() });

/** Removes an integration at once; its name has to be typed. Then its receipt is shown. */
export const removeIntegration = projectAction(
  removeSchema,
  (context, { integrationId, confirmation }) => remove(context, { integrationId, confirmName: confirmation }),
  { redirectTo: (_, input) => `${integrationPage(_, input)}/receipt` },
);

/** Erases the copies of a removed integration's token at once. */
export const forgetCleanups = projectAction(integrationSchema, forget, {
  revalidate: (_, input) => [`${integrationPage(_, input)}/receipt`, ...integrationPages(_, input)],
});

/** A form sends one text for one choice, and nothing for none. */
const idsSchema = z
  .union([z.string(), z.array(z.string()).max(500)])
  .optional()
  .transform((ids) => (ids === undefined ? [] : [ids].flat()));

const restoreSchema = z.object({ integrationId: z.string(), appIds: idsSchema });

/** Reconnects apps that lost this account. Answers which, and which it does not reach. */
export const restoreApps = projectAction(restoreSchema, restore, { revalidate: integrationPages });

const restrictSchema = z
  .strictObject({
    integrationId: z.string(),
    mode: z.enum(["all", "listed"]),
    externalIds: idsSchema,
    version: z.string().max(40),
  })
  .transform(({ mode, ...rest }) => ({ ...rest, isRestricted: mode === "listed" }));

/** Decides which repositories apps may use through an integration. */
export const restrictRepositories = projectAction(restrictSchema, restrict, {
  revalidate: (_, input) => [`${integrationPage(_, input)}/repositories`, ...integrationPages(_, input)],
});
