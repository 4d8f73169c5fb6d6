// Runs dist/boot.mjs: migrations and the key, in a process that ends, so that the supervisor stays small and holds neither
// a connection nor a key.
import { CONFIGURATION_ERROR } from "./child.mjs";

const { boot, firstRunLink } = await import(process.argv[2]);
try {
  const { masterKeyFile } = await boot({ dataDir: process.env.DATA_DIR });
  if (masterKeyFile) process.env.MASTER_KEY_FILE = masterKeyFile;
  process.send({ masterKeyFile, setupLink: await firstRunLink() }, () => process.exit(0));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (process.env.LOG_LEVEL === "debug") console.error(error);
  process.exit(CONFIGURATION_ERROR);
}
