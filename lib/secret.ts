import { inspect } from "node:util";

/**
 * A secret in memory. It cannot be printed, serialized, concatenated or sent to a browser by accident: only `reveal` gives
 * it away, so that a search for `.reveal(` lists every place that handles one.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. For the line that sends it, never for a variable that lives longer. */
  reveal(): string {
    return this.#value;
  }

  toString(): never {
    throw new TypeError("A secret has no text form. Use reveal() where it is sent.");
  }

  [Symbol.toPrimitive](): never {
    throw new TypeError("A secret has no text form. Use reveal() where it is sent.");
  }

  [inspect.custom](): string {
    return "[secret]";
  }
}
