"use server";

import { z } from "zod";
import { instanceAction } from "@/lib/action";
import {
  deleteInstance,
  forgetPreviousSecret,
  generateWebhookSecret,
  instanceInput,
  testInstance,
} from "@/lib/instances";
import { saveProviderInstance, setProviderInstanceEnabled } from "@/lib/integrations";

const revalidate = () => ["/console"];
const one = z.strictObject({ id: z.string() });

/** Adds a provider instance, or changes one. */
export const save = instanceAction(instanceInput, saveProviderInstance, { revalidate });

/** Asks the provider whether it accepts our client. */
export const test = instanceAction(one, (context, { id }) => testInstance(context, id), { revalidate });

/** Stops using the client secret before the current one. */
export const forgetPrevious = instanceAction(one, (context, { id }) => forgetPreviousSecret(context, id), {
  revalidate,
});

/** Makes the secret that a GitHub App signs its own events with; it is told this once. */
export const generateSecret = instanceAction(one, generateWebhookSecret, { revalidate });

const toggle = z.strictObject({ id: z.string(), isEnabled: z.enum(["true", "false"]) });

/** Switches a provider instance off, or on again. */
export const setEnabled = instanceAction(
  toggle,
  (context, { id, isEnabled }) =>
    setProviderInstanceEnabled(context, { id, isEnabled: isEnabled === "true" }),
  { revalidate },
);

/** Deletes a provider instance that nothing uses. */
export const remove = instanceAction(one, (context, { id }) => deleteInstance(context, id), { revalidate });
