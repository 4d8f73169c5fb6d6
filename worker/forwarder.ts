/** Where the sandbox's own loopback offers the registry's proxy. Nothing but this process listens there. */
export const PROXY_PORT = 3128;
export const PROXY_SOCKET = "/run/registry.sock";

// Runs inside the sandbox, as plain JavaScript on its Node: opens the port, then runs the command and ends like it.
const SOURCE = `
const net = require("net");
const { spawn } = require("child_process");
const server = net.createServer((near) => {
  const far = net.connect(${JSON.stringify(PROXY_SOCKET)});
  near.pipe(far).pipe(near);
  near.on("error", () => far.destroy());
  far.on("error", () => near.destroy());
});
server.listen(${PROXY_PORT}, "127.0.0.1", () => {
  const child = spawn(process.argv[1], process.argv.slice(2), { stdio: "inherit" });
  child.on("error", (error) => { console.error(error.message); process.exit(127); });
  child.on("exit", (code) => process.exit(code === null ? 137 : code));
});
`;

/** The arguments that run what follows with a way to the registry's proxy. */
export const networkArguments = (node: string): string[] => [node, "--eval", SOURCE, "--"];
