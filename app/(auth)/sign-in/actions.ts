"use server";

import { z } from "zod";
import { publicAction } from "@/lib/action";
import {
  linkSignInSchema,
  passwordSignInSchema,
  safeNext,
  signInWithLink,
  signInWithPassword,
} from "@/lib/auth";

const next = z.string().max(2000).default("/").transform(safeNext);

export const signIn = publicAction(
  passwordSignInSchema.extend({ next }),
  ({ email, password }) => signInWithPassword({ email, password }),
  { redirectTo: (_, input) => input.next },
);

export const signInByLink = publicAction(linkSignInSchema, signInWithLink, { redirectTo: () => "/" });
