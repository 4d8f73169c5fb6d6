import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { freePort } from "../ports.mjs";
import { inRoot, ROOT } from "../project.mjs";

/** Reads `.env` of the checkout, if there is one; what is set already wins. */
export function loadEnvironmentFile() {
  const file = inRoot(".env");
  if (existsSync(file)) process.loadEnvFile(file);
}

/** What every process is started with, before the database and the key are known. */
export async function baseEnvironment(source = process.env) {
  return {
    ...source,
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    DATA_DIR: resolve(ROOT, source.DATA_DIR || ".data"),
    PORT: await port(source.PORT, 3000),
    SITES_PORT: await port(source.SITES_PORT, 4000),
  };
}

/** 0 means any free port. It is chosen here, because its number is part of addresses that every process needs. */
async function port(wanted, usual) {
  if (wanted !== "0") return wanted || String(usual);
  return String(await freePort());
}
