import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptyState, type IssuedSecret, type State } from "./model";

export interface Store {
  readonly state: State;
  /** A number that was never given out before. */
  id(): number;
  /** Writes the state to disk before it returns, so that what was answered is never lost to a kill. */
  save(): void;
  /** Runs a long change with one write at its end. */
  saveOnce<T>(change: () => Promise<T>): Promise<T>;
  remember(kind: IssuedSecret["kind"], value: string): string;
}

export function openStore(dataDir: string): Store {
  mkdirSync(join(dataDir, "repositories"), { recursive: true });
  const file = join(dataDir, "state.json");
  const state = existsSync(file) ? read(file) : emptyState();
  let held = 0;

  const save = () => {
    if (held === 0) writeAtomically(file, JSON.stringify(state));
  };
  return {
    state,
    save,
    id: () => state.nextId++,
    async saveOnce(change) {
      held += 1;
      try {
        return await change();
      } finally {
        held -= 1;
        save();
      }
    },
    remember(kind, value) {
      if (!state.secrets.some((one) => one.kind === kind && one.value === value))
        state.secrets.push({ kind, value });
      return value;
    },
  };
}

export function writeAtomically(file: string, content: string | Buffer): void {
  const temporary = `${file}.tmp`;
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, file);
}

function read(file: string): State {
  const state = JSON.parse(readFileSync(file, "utf8")) as State;
  if (state.version !== 1)
    throw new Error(`${file} was written by another version of the forge; delete it to start over.`);
  return { ...emptyState(), ...state };
}
