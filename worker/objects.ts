import { once } from "node:events";
import type { Readable } from "node:stream";
import { type Started, start } from "@/worker/exec";
import { gitCommand, gitEnvironment } from "@/worker/git";

/** What is done with one object while it flows by. A throw ends the reading of all. */
export type Consumer = {
  begin(type: string, size: number): void;
  data(chunk: Buffer): void;
  end(): void;
  missing(): void;
};

/** The mirror does not hold what it should. It is a cache: throw it away and fetch anew. */
export class MirrorDamaged extends Error {
  override readonly name = "MirrorDamaged";
}

export type GitObject = { type: string; data: Buffer };

export type Objects = {
  /** Asks for an object; the consumer is called when its turn comes, in the order of the questions. */
  ask(name: string, consumer: Consumer): void;
  /** An object as a whole, null when it is not there. For commits and trees. */
  read(name: string): Promise<GitObject | null>;
  /** Resolves when everything asked so far was answered; rejects when a consumer threw or git ended. */
  settled(): Promise<void>;
  close(): Promise<void>;
};

const TREE_BYTES = 64 * 1024 * 1024;

/**
 * Reads objects of a mirror through one `git cat-file`: bytes as they were committed. No filter, attribute, line-ending
 * or LFS conversion can touch them, because nothing of git's own checkout runs.
 */
export async function openObjects(mirror: string, signal?: AbortSignal): Promise<Objects> {
  const argv = gitCommand([`--git-dir=${mirror}`, "cat-file", "--batch-command", "--buffer"]);
  const git = await start(argv, { env: gitEnvironment(), hasInput: true, signal });
  git.complaints.resume();
  const queue: Consumer[] = [];
  const waiters: { resolve(): void; reject(error: unknown): void }[] = [];
  let failure: unknown;

  const settle = () => {
    if (failure === undefined && queue.length > 0) return;
    for (const waiter of waiters.splice(0)) {
      if (failure === undefined) waiter.resolve();
      else waiter.reject(failure);
    }
  };
  const fail = (error: unknown) => {
    failure ??= error;
    git.end("abort");
    settle();
  };
  void consume(git.output, queue, settle).then(
    () => fail(new MirrorDamaged("git cat-file ended before it had answered.")),
    fail,
  );

  const settled = () =>
    new Promise<void>((resolve, reject) => {
      waiters.push({ resolve, reject });
      settle();
    });
  let questions = "";
  /** Everything that is asked for in one go is answered in one go: git writes whole blocks, not object by object. */
  const send = () => {
    git.input?.write(`${questions}flush\n`);
    questions = "";
  };
  const ask = (name: string, consumer: Consumer) => {
    if (name.includes("\n")) throw new Error("An object's name has no line break.");
    queue.push(consumer);
    if (questions === "") queueMicrotask(send);
    questions += `contents ${name}\n`;
  };
  return { ask, read: (name) => readWhole(name, ask, settled), settled, close: () => close(git) };
}

async function close(git: Started): Promise<void> {
  git.input?.end();
  git.end("abort");
  await git.ended;
}

async function readWhole(
  name: string,
  ask: Objects["ask"],
  settled: Objects["settled"],
): Promise<GitObject | null> {
  const found: { object: GitObject | null } = { object: null };
  const chunks: Buffer[] = [];
  let kind = "";
  let isAnswered: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => {
    isAnswered = resolve;
  });
  ask(name, {
    begin: (type, size) => {
      if (size > TREE_BYTES) throw new Error("An object that should be a small one is not.");
      kind = type;
    },
    data: (chunk) => void chunks.push(Buffer.from(chunk)),
    end: () => {
      found.object = { type: kind, data: Buffer.concat(chunks) };
      isAnswered();
    },
    missing: isAnswered,
  });
  await Promise.race([answered, settled()]);
  return found.object;
}

/** Cuts git's output into objects: a line `<id> <type> <size>`, the bytes, a line break. */
async function consume(output: Readable, queue: Consumer[], onAnswer: () => void): Promise<void> {
  let header = Buffer.alloc(0);
  let left = -1;
  const take = (chunk: Buffer): Buffer => {
    if (left < 0) return takeHeader(chunk);
    const part = chunk.subarray(0, left);
    if (part.length > 0) queue[0]?.data(part);
    left -= part.length;
    const rest = chunk.subarray(part.length);
    if (left > 0 || rest.length === 0) return rest;
    queue.shift()?.end();
    left = -1;
    return rest.subarray(1);
  };
  const takeHeader = (chunk: Buffer): Buffer => {
    const end = chunk.indexOf(10);
    header = Buffer.concat([header, end < 0 ? chunk : chunk.subarray(0, end)]);
    if (end < 0) return chunk.subarray(chunk.length);
    const words = header.toString("latin1").split(" ");
    header = Buffer.alloc(0);
    const [type, size] = words.slice(-2);
    if (words.length === 3 && /^\d+$/.test(size ?? "")) {
      left = Number(size);
      queue[0]?.begin(type ?? "", left);
    } else queue.shift()?.missing();
    return chunk.subarray(end + 1);
  };
  output.on("data", (data: Buffer) => {
    try {
      let rest = data;
      while (rest.length > 0) rest = take(rest);
      onAnswer();
    } catch (error) {
      output.destroy(error as Error);
    }
  });
  await once(output, "close");
}
