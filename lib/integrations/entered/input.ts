import { z } from "zod";

const yes = z
  .literal("yes")
  .optional()
  .transform((value) => value === "yes");
const text = (most: number, what: string) =>
  z.string().max(most, `This is too long for ${what}.`).default("");

/** What the form sends for a host that is reached with what a person enters. */
export const enteredInput = z.object({
  provider: z.string(),
  /** The integration whose credential is edited; its address stays. */
  integrationId: z.string().optional(),
  url: text(600, "an address"),
  /** Empty: found out from the address and its answers. */
  hostKind: text(40, "a kind of host"),
  isAnonymous: yes,
  userName: text(255, "a user name")
    .transform((name) => name.trim())
    .refine(
      (name) => !name.includes(":"),
      "A user name cannot hold a colon: hosts would read it as the end of the name.",
    )
    .refine((name) => !/\p{Cc}/u.test(name), "A user name cannot hold control characters."),
  token: text(4096, "a token")
    .transform((token) => token.replace(/^\s+|\s+$/g, ""))
    .refine((token) => !/\p{Cc}/u.test(token), "A token cannot hold line breaks or control characters."),
  caCertificate: text(65_536, "a certificate"),
  /** A day, `2027-03-01`, on which the token ends. */
  expiresOn: z.union([z.literal(""), z.iso.date("Enter a day, such as 2027-03-01.")]).default(""),
  /** A repository below the address, where that is a group. */
  testWith: text(600, "a path"),
  intent: z.enum(["test", "save"]).default("save"),
  /** Store it although the test failed. */
  saveAnyway: yes,
  /** Replace the credential although apps lose their repository: exactly those that were listed, as the list's answer says. */
  acceptBreaks: text(100_000, "a list of apps"),
});
export type EnteredInput = z.output<typeof enteredInput>;
