import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { exitWith, Refusal } from "./progress.mjs";
import { buildFolders } from "./project.mjs";
import { bootOnce } from "./supervisor/boot.mjs";
import { prepareDataFolder } from "./supervisor/data-folder.mjs";
import { chooseDatabase } from "./supervisor/database.mjs";
import { lockRoles, ROLES } from "./supervisor/lock-roles.mjs";
import { baseEnvironment, loadEnvironmentFile } from "./supervisor/settings.mjs";
import { listenForStop, stopWith } from "./supervisor/signals.mjs";
import { supervise } from "./supervisor/supervisor.mjs";

const say = (sentence) => console.log(`console: ${sentence}`);

/** `--as-built` starts what is there: whoever built it (the demo, a test, an image) has seen to that. */
async function main(options) {
  const roles = chooseRoles(options.find((option) => !option.startsWith("--")));
  listenForStop();
  loadEnvironmentFile();
  if (!options.includes("--as-built")) {
    await ensureInstalled({ isProduction: true });
    await ensureBuilt();
  }
  const environment = await baseEnvironment();
  prepareDataFolder(environment.DATA_DIR);
  await lockRoles(environment.DATA_DIR, roles);
  const database = await chooseDatabase(environment, say);
  stopWith(() => void database.stop().then(() => process.exit(0)));
  environment.DATABASE_URL = database.url;
  const code = await run(roles, environment, database).catch(async (error) => {
    await database.stop();
    throw error;
  });
  process.exit(code);
}

function chooseRoles(wanted) {
  if (wanted === undefined) return ROLES;
  if (ROLES.includes(wanted)) return [wanted];
  throw new Refusal(
    `There is no process "${wanted}". There are ${ROLES.join(", ")}; none named starts all of them.`,
  );
}

async function run(roles, environment, database) {
  const distFolder = buildFolders().processes;
  const { masterKeyFile, setupLink } = await bootOnce(distFolder, environment);
  if (masterKeyFile) {
    environment.MASTER_KEY_FILE = masterKeyFile;
    // The key is in the file; what is not in the environment is in no crash report and in no child's.
    delete environment.MASTER_KEY;
  }
  // Sealed by the boot process, which alone reads it.
  delete environment.GITHUB_CLIENT_SECRET;
  const onReady = (ports) => {
    describe(ports, environment, setupLink);
    const { DATABASE_URL, MASTER_KEY_FILE } = environment;
    process.send?.({ type: "ready", ports, settings: { DATABASE_URL, MASTER_KEY_FILE } });
  };
  return supervise({ roles, distFolder, environment, say }, { onReady, stopDatabase: database.stop });
}

function describe(ports, { CONSOLE_URL, SITES_PORT }, setupLink) {
  if (ports.web) say(`ready at ${CONSOLE_URL || `http://localhost:${ports.web}`}`);
  if (ports.sites) say(`sites at http://<name>.localhost:${SITES_PORT}`);
  if (ports.web && setupLink)
    console.log(`\n  First run. Create the owner's account here:\n  ${setupLink}\n`);
}

await main(process.argv.slice(2)).catch(exitWith);
