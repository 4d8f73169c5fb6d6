import { afterAll, vi } from "vitest";

const OURS = "skytells.";
const environment = { ...process.env };

// Files share a process, which spares each of them a second of starting and of reading libraries. What is ours they do not
// share: the next file loads our modules anew, and finds nothing of this one on globalThis or in the environment.
afterAll(() => {
  vi.resetModules();
  for (const key of Object.getOwnPropertySymbols(globalThis)) {
    if (key.description?.startsWith(OURS)) Reflect.deleteProperty(globalThis, key);
  }
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});
