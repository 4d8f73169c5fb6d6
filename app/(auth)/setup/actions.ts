"use server";

import { publicAction } from "@/lib/action";
import { createFirstOwner, requestAddress, setupSchema, signInWithLink } from "@/lib/auth";

/** Creates the owner and signs them in, by the link that creating them made. */
export const setUp = publicAction(
  setupSchema,
  async (input) => {
    const { signInToken } = await createFirstOwner(input, await requestAddress());
    await signInWithLink({ token: signInToken.reveal() });
  },
  { redirectTo: () => "/" },
);
