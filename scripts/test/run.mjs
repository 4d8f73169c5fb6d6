import { spawn } from "node:child_process";
import { ROOT } from "../project.mjs";

/** Runs a command in front of the person: its output is the report. Resolves with its exit code. */
export function runOpenly(command, args, environment = process.env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: environment,
      stdio: ["ignore", "inherit", "inherit"],
    });
    const end = () => child.kill();
    process.once("exit", end);
    child.on("error", (error) => {
      console.error(error.message);
      resolve(127);
    });
    child.on("exit", (code) => {
      process.off("exit", end);
      resolve(code ?? 1);
    });
  });
}
