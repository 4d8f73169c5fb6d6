import { askConsole } from "../console-command.mjs";
import { Refusal } from "../progress.mjs";

const OWNER = { email: "owner@demo.example", name: "Demo Owner" };

/**
 * A fresh one-time link that signs in as the demo's owner, who is made the first time.
 * @param {NodeJS.ProcessEnv} environment of the running console, with its database and key
 */
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

async function ask(args, environment) {
  const { code, output } = await askConsole(args, environment);
  return { output, link: code === 0 ? output.match(/https?:\/\/\S+/)?.[0] : undefined };
}
