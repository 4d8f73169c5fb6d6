"use server";

import { z } from "zod";
import { sessionAction } from "@/lib/action";
import {
  changePassword as change,
  passwordChangeSchema,
  profileSchema,
  revokeSession as revoke,
  updateProfile as update,
} from "@/lib/auth";

const revalidate = () => ["/account"];

export const updateProfile = sessionAction(profileSchema, update, { revalidate });
export const changePassword = sessionAction(passwordChangeSchema, change, { revalidate });
export const revokeSession = sessionAction(z.object({ sessionId: z.string().max(40) }), revoke, {
  revalidate,
});
