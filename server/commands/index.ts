import { verifyAudit } from "@/server/commands/audit";
import type { Command } from "@/server/commands/command";
import { printKeyStatus, rotateInstanceKey, rotateKeys, rotateProjectKeys } from "@/server/commands/keys";
import { createPerson, printSetupLink, printSignInLink } from "@/server/commands/people";

type Entry = { words: string; usage: string; explanation: string; run: Command };

const COMMANDS: readonly Entry[] = [
  {
    words: "users create",
    usage: "users create --email <email> --name <name> [--admin]",
    explanation: "add a person, and print a link that signs them in once",
    run: createPerson,
  },
  {
    words: "sign-in-link",
    usage: "sign-in-link <email>",
    explanation: "print a link that signs this person in once",
    run: printSignInLink,
  },
  {
    words: "setup-link",
    usage: "setup-link",
    explanation: "print the link under which the first owner is made",
    run: printSetupLink,
  },
  {
    words: "keys status",
    usage: "keys status",
    explanation: "which master keys there are, and what they open",
    run: printKeyStatus,
  },
  {
    words: "keys rotate",
    usage: "keys rotate [--new-key-file <file>]",
    explanation: "change the master key, or finish a change",
    run: rotateKeys,
  },
  {
    words: "keys rotate-project",
    usage: "keys rotate-project <project>|--all",
    explanation: "change a project's data key, or finish a change",
    run: rotateProjectKeys,
  },
  {
    words: "keys rotate-instance",
    usage: "keys rotate-instance",
    explanation: "change the data key of the instance's own secrets, or finish a change",
    run: rotateInstanceKey,
  },
  {
    words: "audit verify",
    usage: "audit verify",
    explanation: "look for audit events that were changed or removed",
    run: verifyAudit,
  },
];

/** The command that a command line begins with, and what is left of the line. */
export function findCommand(args: readonly string[]): { entry: Entry; rest: string[] } | null {
  for (const entry of COMMANDS) {
    const words = entry.words.split(" ");
    if (words.every((word, index) => args[index] === word)) return { entry, rest: args.slice(words.length) };
  }
  return null;
}

/** What the commands are, for whoever asks or mistypes. */
export function usage(): string {
  const width = Math.max(...COMMANDS.map((entry) => entry.usage.length));
  const lines = COMMANDS.map((entry) => `  ${entry.usage.padEnd(width)}  ${entry.explanation}`);
  return `Usage: npm run console -- <command>\n\n${lines.join("\n")}`;
}
