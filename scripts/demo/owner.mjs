import { runConsoleCommand } from "../console-command.mjs";
import { Refusal } from "../progress.mjs";

const OWNER = { email: "owner@demo.example", name: "Demo Owner" };

/** A fresh one-time link that signs in as the demo's owner, who is made the first time. */
export async function signInLink(environment) {
  const existing = await ask(["sign-in-link", OWNER.email], environment);
  if (existing.link) return existing.link;
  const made = await ask(
    ["users", "create", "--email", OWNER.email, "--name", OWNER.name, "--admin"],
    environment,
  );
  const { link, output } = await ask(["sign-in-link", OWNER.email], environment);
  if (!link) throw new Refusal(`The demo's owner could not be made:\n\n${made.output}${output}`);
  return link;
}

async function ask(args, source) {
  const { code, output } = await runConsoleCommand(args, { source, isQuiet: true });
  return { output, link: code === 0 ? output.match(/https?:\/\/\S+/)?.[0] : undefined };
}
