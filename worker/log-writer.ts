import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import type { LogStream, StoredLogLine } from "@/db";
import { createStreamRedactor, redactText } from "@/lib/log";

export type LogWriter = {
  /** A line of the console's own. */
  note(text: string): void;
  /** A command that is about to run. */
  command(text: string): void;
  /** Takes a build's output until it ends. A log that cannot keep up slows the build down; a full one does not. */
  follow(output: Readable, stream: "out" | "err"): Promise<void>;
  /** Stores what is left. */
  close(): Promise<void>;
};
export type LogOptions = {
  /** Stores lines; "full" and "lost" mean that nothing more needs to come. */
  append: (lines: readonly StoredLogLine[]) => Promise<"kept" | "full" | "lost">;
  maxBytes: number;
  onError: (error: unknown) => void;
};

const FLUSH_MS = 150;
const BATCH_BYTES = 64 * 1024;
const WAITING_BYTES = 512 * 1024;
const LINE_CHARACTERS = 8192;
/** Kept free for what the console itself says after the build's part is full. */
const RESERVE_BYTES = 4096;

/** Writes a deployment's log: redacted, in batches, in order, up to a size. */
export function openLog(options: LogOptions): LogWriter {
  const startedAt = performance.now();
  const limit = Math.max(RESERVE_BYTES, options.maxBytes - RESERVE_BYTES);
  let batch: StoredLogLine[] = [];
  let batchBytes = 0;
  /** Of the batch and of what is being stored. */
  let waitingBytes = 0;
  let total = 0;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let storing: Promise<void> = Promise.resolve();

  const store = async (lines: readonly StoredLogLine[], bytes: number) => {
    try {
      if (!isOver) isOver = (await options.append(lines)) !== "kept";
    } catch (error) {
      options.onError(error);
    }
    waitingBytes -= bytes;
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (batch.length === 0) return;
    const [lines, bytes] = [batch, batchBytes];
    [batch, batchBytes] = [[], 0];
    storing = storing.then(() => store(lines, bytes));
  };
  const add = (stream: LogStream, text: string) => {
    // By way of bytes, because a line that was cut may end in half a character, which JSON in PostgreSQL refuses.
    const raw = Buffer.from(text, "utf8");
    const bytes = raw.length + 1;
    total += bytes;
    batchBytes += bytes;
    waitingBytes += bytes;
    batch.push({ at: Math.round(performance.now() - startedAt), stream, text: raw.toString("utf8") });
    if (batchBytes >= BATCH_BYTES) flush();
    else timer ??= setTimeout(flush, FLUSH_MS);
  };
  const own = (stream: LogStream, text: string) => {
    for (const line of redactText(text).split("\n")) add(stream, line);
  };

  let isFull = false;
  const sayFull = () => {
    if (isFull) return;
    isFull = true;
    own("note", TOO_MUCH);
  };

  const read = async (output: Readable, stream: "out" | "err") => {
    const lines = createLines((line) => {
      if (total + Buffer.byteLength(line) < limit) add(stream, line);
      else sayFull();
    });
    for await (const chunk of output) {
      if (isOver || isFull) continue;
      lines.push(chunk as Buffer);
      while (waitingBytes > WAITING_BYTES && !isOver) await storing;
    }
    if (!isFull) lines.end();
  };
  const follow = async (output: Readable, stream: "out" | "err") => {
    try {
      await read(output, stream);
    } catch (error) {
      // A build that was ended closes its output early; anything else is ours.
      if ((error as NodeJS.ErrnoException).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
    }
  };
  const close = async () => {
    flush();
    await storing;
  };
  return { note: (text) => own("note", text), command: (text) => own("cmd", text), follow, close };
}

const TOO_MUCH = "The log is full: what the build prints from here on is not kept. The build goes on.";

/** Cuts output into redacted lines. Of a line that was drawn over (`\r`), its last state stays. */
function createLines(emit: (line: string) => void) {
  const decoder = new StringDecoder("utf8");
  const redactor = createStreamRedactor();
  let rest = "";
  const take = (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) for (const piece of pieces(line)) emit(piece);
    if (rest.length > LINE_CHARACTERS * 2) {
      for (const piece of pieces(rest)) emit(piece);
      rest = "";
    }
  };
  return {
    push: (chunk: Buffer) => take(redactor.push(decoder.write(chunk))),
    end: () => {
      take(redactor.push(decoder.end()) + redactor.end());
      if (rest !== "") for (const piece of pieces(rest)) emit(piece);
    },
  };
}

/** A line without what was drawn over, in pieces that a page can show. */
function pieces(line: string): string[] {
  const shown = line.replace(/\r+$/, "");
  const last = shown.slice(shown.lastIndexOf("\r") + 1);
  if (last.length <= LINE_CHARACTERS) return [last];
  const found: string[] = [];
  for (let at = 0; at < last.length; at += LINE_CHARACTERS) found.push(last.slice(at, at + LINE_CHARACTERS));
  return found;
}
