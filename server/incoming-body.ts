import type { IncomingMessage } from "node:http";
import type { Outcome } from "@/lib/webhooks";

const MEBIBYTE = 1024 * 1024;

export type BodyLimits = {
  /** Of one body. */
  bytes: number;
  /** Of all bodies that this process holds at one moment, until they are answered. */
  bytesInFlight: number;
  /** From the first look at the body to its last byte. */
  milliseconds: number;
};

export const LIMITS: BodyLimits = {
  // What GitHub caps a payload at [GitHub docs, "Webhook events and payloads", "Payload cap"].
  bytes: 25 * MEBIBYTE,
  bytesInFlight: 200 * MEBIBYTE,
  milliseconds: 30_000,
};

const TOO_LARGE: Outcome = { status: 413, body: null };
const TOO_SLOW: Outcome = { status: 408, body: null };
const CUT_OFF: Outcome = { status: 400, body: null };
const TOO_BUSY: Outcome = { status: 503, body: null, retryAfter: 10 };

let inFlight = 0;

/** How many bytes of bodies this process holds now. */
export const bytesInFlight = (): number => inFlight;

/** Never written to, so that the system backs it with no memory. */
let zeros: Buffer | undefined;

/** The body of one request. It counts as held until `release`. */
export class IncomingBody {
  #held = 0;
  #size = 0;
  readonly #chunks: Buffer[] = [];

  constructor(
    private readonly request: IncomingMessage,
    private readonly limits: BodyLimits,
  ) {}

  /** The bytes, or as many zeros if they are not to be kept; an answer where a limit was met or the caller hung up. */
  read(isKept: boolean): Promise<Buffer | Outcome> {
    const { request, limits } = this;
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(TOO_SLOW), limits.milliseconds);
      const take = (chunk: Buffer) => {
        const problem = this.#take(chunk, isKept);
        if (problem) finish(problem);
      };
      const finish = (result: Buffer | Outcome) => {
        clearTimeout(timer);
        request.off("data", take).pause();
        resolve(result);
      };
      if (request.destroyed && !request.complete) return finish(CUT_OFF);
      request.on("data", take);
      request.once("end", () => finish(isKept ? this.#whole() : this.#zeros()));
      request.once("error", () => finish(CUT_OFF));
      request.once("close", () => finish(CUT_OFF));
    });
  }

  #take(chunk: Buffer, isKept: boolean): Outcome | null {
    this.#size += chunk.length;
    if (this.#size > this.limits.bytes) return TOO_LARGE;
    if (!isKept) return null;
    if (inFlight + chunk.length > this.limits.bytesInFlight) return TOO_BUSY;
    inFlight += chunk.length;
    this.#held += chunk.length;
    this.#chunks.push(chunk);
    return null;
  }

  #whole(): Buffer {
    const pieces = this.#chunks.splice(0);
    return Buffer.concat(pieces, this.#size);
  }

  #zeros(): Buffer {
    if (!zeros || zeros.length < this.#size) zeros = Buffer.alloc(Math.max(LIMITS.bytes, this.#size));
    return zeros.subarray(0, this.#size);
  }

  /** Gives the memory back for others. */
  release(): void {
    inFlight -= this.#held;
    this.#held = 0;
    this.#chunks.length = 0;
  }
}
