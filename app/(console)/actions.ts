"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { sessionAction } from "@/lib/action";
import { signOutHere } from "@/lib/auth";
import { createProject as create, projectNameSchema } from "@/lib/projects";

const leave = sessionAction(z.object({}), signOutHere);

/** Ends the session. A session that is over already leads to the same page. */
export async function signOut(): Promise<void> {
  await leave({});
  redirect("/sign-in");
}

export const createProject = sessionAction(projectNameSchema, create, {
  redirectTo: ({ projectId }) => `/projects/${projectId}`,
});
