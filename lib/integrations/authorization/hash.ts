import { createHash, randomBytes } from "node:crypto";
import { Secret } from "@/lib/secret";

/** 256 random bits, in 43 characters. */
export const randomSecret = (): Secret => new Secret(randomBytes(32).toString("base64url"));

/** What the database keeps of a random value. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");
