import { connect, createServer } from "node:net";

/** A port that no program on this machine uses, by whichever name it is called. */
export async function freePort() {
  const server = createServer();
  await new Promise((done, fail) => server.once("error", fail).listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** The first of the ports that is free, else any. */
export async function chooseFreePort(wanted) {
  for (const port of wanted) if (await isFree(port)) return port;
  return freePort();
}

/** `localhost` can be 127.0.0.1 or ::1: a program on the second would get what is meant for the first. */
async function isFree(port) {
  const answers = await Promise.all(["127.0.0.1", "::1"].map((host) => answersAt(host, port)));
  return !answers.includes(true) && (await canListen(port));
}

function answersAt(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 500 });
    const end = (isThere) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(true));
  });
}

function canListen(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
