import { closeDatabase } from "@/db";
import { runCommand } from "@/server/commands/run";

// `npm run console -- <command>`: answers go to stdout, complaints to stderr.
const code = await runCommand(process.argv.slice(2), {
  answer: (line) => console.log(line),
  complain: (line) => console.error(line),
});
await closeDatabase();
process.exitCode = code;
