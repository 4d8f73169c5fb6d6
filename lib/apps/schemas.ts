import { z } from "zod";
import { isBranchName, isShortBranch, LONGEST_BRANCH_BYTES } from "@/lib/branch-name";

// What the forms of an app send. Everything arrives as text; a switch that is off is not sent at all.

const CONTROL = /\p{Cc}/u;

const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most, `At most ${most} characters.`)
    .refine((text) => !CONTROL.test(text), "Use one line, without control characters.");

const name = line(40).min(1, "Give the app a name.");

const command = line(500)
  .nullish()
  .transform((text) => text || null);

/** A directory inside of another one: relative, `/` between its parts, empty for that one itself. */
export const directory = line(200)
  .default("")
  .transform((text, context) => {
    const parts = text.split("/").filter((part) => part !== "" && part !== ".");
    const isInside = !text.startsWith("/") && !text.includes("\\") && !parts.includes("..");
    if (isInside && parts[0] !== ".git") return parts.join("/");
    const message = "Use a folder inside of the repository, such as apps/web.";
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

const branch = line(LONGEST_BRANCH_BYTES)
  .min(1, "Choose a branch.")
  .refine(isShortBranch, {
    error: `This name is too long: at most ${LONGEST_BRANCH_BYTES} bytes, and letters beyond a to z take several.`,
    when: ({ issues }) => issues.length === 0,
  })
  .refine((text) => text === "" || isBranchName(text), {
    error: "Git has no branches of this name. Choose a branch from the list.",
    // One sentence is enough where the text is refused already.
    when: ({ issues }) => issues.length === 0,
  });
const integrationId = z.string().min(1, "Choose an integration.").max(40);
const repository = line(600).min(1, "Choose a repository.");
const isOn = z.union([z.boolean(), z.literal("on").transform(() => true)]);

const build = {
  buildKind: z.enum(["none", "commands"]),
  installCommand: command,
  buildCommand: command,
  outputDirectory: directory,
};

const source = { integrationId, repository, branch, rootDirectory: directory };

type Commands = {
  buildKind: "none" | "commands";
  installCommand: string | null;
  buildCommand: string | null;
};

/** Commands that nothing runs are not kept; a build with commands needs one. */
function settleCommands<T extends Commands>(input: T, context: z.RefinementCtx): T {
  if (input.buildKind === "none") return { ...input, installCommand: null, buildCommand: null };
  if (input.installCommand === null && input.buildCommand === null) {
    const message = "Give a build command, or choose no build.";
    context.addIssue({ code: "custom", path: ["buildCommand"], message });
  }
  return input;
}

export const createAppSchema = z
  .strictObject({ name, ...source, ...build, autoDeploy: isOn.default(true) })
  .transform(settleCommands);

const edit = { appId: z.string().max(40), updatedAt: z.iso.datetime() };

export const updateGeneralSchema = z.strictObject({ ...edit, name });
export const updateBuildSchema = z.strictObject({ ...edit, ...build }).transform(settleCommands);
export const updateGitSchema = z.strictObject({ ...edit, ...source, autoDeploy: isOn.default(false) });

export type CreateAppInput = z.output<typeof createAppSchema>;
export type UpdateGeneralInput = z.output<typeof updateGeneralSchema>;
export type UpdateBuildInput = z.output<typeof updateBuildSchema>;
export type UpdateGitInput = z.output<typeof updateGitSchema>;
