import type { Readable } from "node:stream";
import { type Ending, type Started, type StartOptions, start } from "@/worker/exec";

export type Ran = Ending & { output: string; complaints: string };

const OUTPUT_BYTES = 1024 * 1024;

/** Runs a program to its end and gives what it said, at most a mebibyte of each: one that says more is ended. */
export async function runProgram(argv: readonly [string, ...string[]], options: StartOptions): Promise<Ran> {
  const started = await start(argv, options);
  const [output, complaints, ending] = await Promise.all([
    collect(started, started.output),
    collect(started, started.complaints),
    started.ended,
  ]);
  return { ...ending, output, complaints };
}

function collect(started: Started, stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    stream.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= OUTPUT_BYTES) chunks.push(chunk);
      else started.end("output");
    });
    stream.once("close", () => resolve(Buffer.concat(chunks).toString("utf8")));
  });
}
