"use server";

import { z } from "zod";
import { instanceAction } from "@/lib/action";
import { instanceInput, saveInstance, testInstance } from "@/lib/instances";

const revalidate = () => ["/console"];

/** Adds a provider instance, or changes one. */
export const save = instanceAction(instanceInput, saveInstance, { revalidate });

/** Asks the provider whether it accepts our client. */
export const test = instanceAction(
  z.object({ id: z.string() }),
  (context, { id }) => testInstance(context, id),
  { revalidate },
);
