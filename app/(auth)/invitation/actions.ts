"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { publicAction, sessionAction } from "@/lib/action";
import { requestAddress, signInWithLink, signOutHere } from "@/lib/auth";
import { acceptInvitation, acceptSchema, joinSchema, joinWithNewAccount } from "@/lib/members";

const redirectTo = ({ projectId }: { projectId: string }) => `/projects/${projectId}`;

export const accept = sessionAction(acceptSchema, acceptInvitation, { redirectTo });

/** Makes the account and signs it in, by the link that making it gave. */
export const join = publicAction(
  joinSchema,
  async (input) => {
    const { projectId, signInToken } = await joinWithNewAccount(input, await requestAddress());
    await signInWithLink({ token: signInToken.reveal() });
    return { projectId };
  },
  { redirectTo },
);

const leave = sessionAction(z.object({}), signOutHere);

/** Signs this browser out and comes back to the invitation. */
export async function switchAccount(token: string): Promise<void> {
  await leave({});
  redirect(`/invitation?token=${encodeURIComponent(token)}`);
}
