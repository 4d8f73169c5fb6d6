"use server";

import { z } from "zod";
import { projectAction } from "@/lib/action";
import * as sources from "@/lib/sources";

/** Makes a new secret for a webhook. What it answers is shown to this person, once. */
export const newHookSecret = projectAction(z.object({ hookId: z.string() }), sources.newHookSecret);
