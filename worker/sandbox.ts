import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import type { Cgroups } from "@/worker/cgroups";
import { networkArguments, PROXY_PORT, PROXY_SOCKET } from "@/worker/forwarder";
import { nodeFolders, systemMounts } from "@/worker/mounts";

/** An account without a name, that neither PostgreSQL nor the console nor anybody else uses. */
export type Owner = { uid: number; gid: number };

export type Bubblewrap = {
  kind: "bubblewrap";
  /** Its full path: it is started with no PATH to look it up by. */
  program: string;
  /** Whose a build is, for each slot, when the console runs as root; null when it does not. */
  ownerOf: ((slot: number) => Owner) | null;
  cgroups: Cgroups | null;
  /** Folder with the few files of /etc that programs ask for. */
  etc: string;
};

/** How build commands are run here: probed at start by running one. */
export type Sandbox = Bubblewrap | { kind: "none" } | { kind: "missing"; detail: string };

export type Cage = {
  /** Host folder that holds `checkout` and `home`. */
  workspace: string;
  /** Where the command runs, below the checkout. */
  folder: string;
  slot: number;
  maxFileBytes: number;
  /** The registry that this command may reach; null for no network at all. */
  network: CageNetwork | null;
};
export type CageNetwork = {
  /** Host path of the registry proxy's socket. */
  socket: string;
  registry: string;
  /** Extra certificates that the console itself trusts. */
  caFile: string | null;
};

export const CHECKOUT = "checkout";
export const HOME = "home";
/** The name of the machine inside, by which orphans are told from other sandboxes of this machine. */
export const HOSTNAME = "skytells-build";
const INSIDE_CHECKOUT = "/workspace";
const INSIDE_HOME = "/home/build";
const INSIDE_CA = "/etc/console-ca.pem";
const TASKS = 1024;
const TMP_BYTES = 512 * 1024 * 1024;
const SHM_BYTES = 64 * 1024 * 1024;

type Bind = { source: string; target: string; isWritable: boolean };

/** How a shell command is run in the sandbox. */
export type CageCommand = {
  /** Start it with an EMPTY environment: bubblewrap's own is readable inside. */
  argv: [string, ...string[]];
  /** What has to be written to descriptor 3 once it has started; null when it is the word to begin (`--block-fd`). */
  options: string | null;
};

/** Puts together the argument list for a command. Nothing in what can be read inside names a path of ours. */
export function cageCommand(sandbox: Bubblewrap, cage: Cage, command: string): CageCommand {
  const owner = sandbox.ownerOf?.(cage.slot) ?? null;
  const binds = bindsOf(sandbox, cage);
  if (owner) return { argv: rootCommand(sandbox, { cage, binds, owner }, command), options: null };
  const argv = [sandbox.program, "--args", "3", "--hostname", HOSTNAME, "--"] as const;
  return { argv: [...argv, ...limited(cage, command)], options: `${innerOptions(binds, cage).join("\0")}\0` };
}

type Planned = { cage: Cage; binds: readonly Bind[]; owner: Owner };

function rootCommand(
  sandbox: Bubblewrap,
  { cage, binds, owner }: Planned,
  command: string,
): [string, ...string[]] {
  // As root, folders are brought to a neutral place first: the account that builds run under may not pass through a parent
  // with mode 0700. Only then are the uid and all capabilities dropped, and a second bubblewrap makes the cage.
  const moved = binds.map((bind, index) => ({ ...bind, source: `/tmp/${index}` }));
  return [
    sandbox.program,
    ...["--dev-bind", "/", "/", "--tmpfs", "/tmp", "--die-with-parent"],
    ...binds.flatMap(({ source, isWritable }, index) => [flag(isWritable), source, `/tmp/${index}`]),
    ...(sandbox.cgroups ? ["--block-fd", "3"] : []),
    "--",
    // The first bubblewrap has dropped its capabilities and may not end what runs under another account: when the worker is
    // killed, this process, still root's, takes the rest with it.
    ...["unshare", "--fork", "--kill-child", "--", "setpriv"],
    ...["--reuid", String(owner.uid), "--regid", String(owner.gid), "--clear-groups"],
    ...["--inh-caps=-all", "--bounding-set=-all", "--", sandbox.program],
    ...innerOptions(moved, cage),
    ...["--hostname", HOSTNAME, "--"],
    ...limited(cage, command),
  ];
}

const flag = (isWritable: boolean): string => (isWritable ? "--bind" : "--ro-bind");

function bindsOf(sandbox: Bubblewrap, cage: Cage): Bind[] {
  const { network } = cage;
  return [
    { source: join(cage.workspace, CHECKOUT), target: INSIDE_CHECKOUT, isWritable: true },
    { source: join(cage.workspace, HOME), target: INSIDE_HOME, isWritable: true },
    ...nodeFolders().map((folder) => ({ source: folder, target: folder, isWritable: false })),
    ...ETC_FILES.map((name) => ({
      source: join(sandbox.etc, name),
      target: `/etc/${name}`,
      isWritable: false,
    })),
    ...(network ? [{ source: network.socket, target: PROXY_SOCKET, isWritable: false }] : []),
    ...(network?.caFile ? [{ source: network.caFile, target: INSIDE_CA, isWritable: false }] : []),
  ];
}

function innerOptions(binds: readonly Bind[], cage: Cage): string[] {
  return [
    ...["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net"],
    ...["--unshare-cgroup-try", "--disable-userns", "--uid", "1000", "--gid", "1000"],
    ...["--die-with-parent", "--new-session", "--cap-drop", "ALL"],
    ...systemMounts(),
    ...["--proc", "/proc", "--dev", "/dev"],
    ...["--size", String(SHM_BYTES), "--tmpfs", "/dev/shm", "--size", String(TMP_BYTES), "--tmpfs", "/tmp"],
    ...binds.flatMap(({ source, target, isWritable }) => [flag(isWritable), source, target]),
    // What is left is bubblewrap's own root, a file system in memory without a limit.
    ...["--remount-ro", "/", "--chdir", join(INSIDE_CHECKOUT, cage.folder), "--clearenv"],
    ...Object.entries(cageEnvironment(cage.network)).flatMap(([name, value]) => ["--setenv", name, value]),
  ];
}

function limited(cage: Cage, command: string): string[] {
  return [
    ...["prlimit", `--nproc=${TASKS}`, `--fsize=${cage.maxFileBytes}`, "--core=0", "--"],
    ...(cage.network ? networkArguments(process.execPath) : []),
    ...["sh", "-c", command],
  ];
}

/** What a build command finds in its environment, inside the sandbox. */
function cageEnvironment(network: CageNetwork | null): Record<string, string> {
  const ca = network?.caFile ? { NODE_EXTRA_CA_CERTS: INSIDE_CA } : {};
  const proxy = network ? proxyEnvironment() : {};
  return { ...buildEnvironment(INSIDE_HOME, network?.registry ?? null), ...proxy, ...ca };
}

/** What every build command finds in its environment, sandboxed or not. Nothing of the console's own. */
export function buildEnvironment(home: string, registry: string | null): Record<string, string> {
  const programs = [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"];
  return {
    PATH: [...new Set(programs)].join(delimiter),
    HOME: home,
    USER: "build",
    LANG: "C.UTF-8",
    CI: "1",
    TERM: "xterm-256color",
    FORCE_COLOR: "1",
    npm_config_update_notifier: "false",
    npm_config_fund: "false",
    npm_config_audit: "false",
    ...(registry ? registryEnvironment(registry) : {}),
  };
}

/** The registry in the words of npm and pnpm, of Yarn 1, and of Yarn 2 and newer. */
const registryEnvironment = (registry: string) => ({
  npm_config_registry: registry,
  YARN_REGISTRY: registry,
  YARN_NPM_REGISTRY_SERVER: registry,
  YARN_UNSAFE_HTTP_WHITELIST: new URL(registry).hostname,
});

const PROXY = `http://127.0.0.1:${PROXY_PORT}`;
const proxyEnvironment = () => ({
  http_proxy: PROXY,
  https_proxy: PROXY,
  HTTP_PROXY: PROXY,
  HTTPS_PROXY: PROXY,
  YARN_HTTP_PROXY: PROXY,
  YARN_HTTPS_PROXY: PROXY,
  no_proxy: "",
  npm_config_noproxy: "",
});

const ETC_CONTENT: Record<string, string> = {
  passwd: `root:x:0:0:root:/:/bin/sh\nbuild:x:1000:1000:build:${INSIDE_HOME}:/bin/sh\n`,
  group: "root:x:0:\nbuild:x:1000:\n",
  hosts: `127.0.0.1 localhost ${HOSTNAME}\n::1 localhost\n`,
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
  "resolv.conf": "",
};
const ETC_FILES = Object.keys(ETC_CONTENT);

/** Writes the files of /etc that are not the machine's own: who the build is, and that there are no other machines. */
export async function writeEtc(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  for (const [name, content] of Object.entries(ETC_CONTENT)) await writeFile(join(folder, name), content);
  return folder;
}
