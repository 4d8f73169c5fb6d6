import { createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { afterEach } from "vitest";

export type Received = { from: string; to: string; data: string; wasEncrypted: boolean };

type Certificate = { cert: string; key: string };
export type SmtpOptions = {
  /** A free one unless told. */
  port?: number;
  /** TLS from the first byte. */
  tls?: Certificate;
  /** STARTTLS is offered. */
  startTls?: Certificate;
  account?: { user: string; password: string };
  /** Answers to a command by its first word, instead of the usual one; null says nothing at all. */
  answers?: Record<string, string | null>;
};

export type SmtpServer = {
  port: number;
  /** Mails that were taken. */
  mails: Received[];
  /** Every line that a client said outside of a mail's text, in order. */
  said: string[];
  connections: number;
  answers: Record<string, string | null>;
  close(): Promise<void>;
};

/** A mail server on a real socket, for the tests of this file: each is closed after the test that opened it. */
export function useSmtpServers(): (options?: SmtpOptions) => Promise<SmtpServer> {
  const open = new Set<SmtpServer>();
  afterEach(async () => {
    for (const server of open) await server.close();
    open.clear();
  });
  return async (options = {}) => {
    const server = await startSmtpServer(options);
    open.add(server);
    return server;
  };
}

async function startSmtpServer(options: SmtpOptions): Promise<SmtpServer> {
  const sockets = new Set<Socket>();
  const made: SmtpServer = {
    ...{ port: 0, mails: [], said: [], connections: 0, answers: { ...options.answers } },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  const server = createServer((socket) => {
    made.connections += 1;
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    const first = options.tls ? encrypted(socket, options.tls) : socket;
    new Conversation(first, options, made, options.tls !== undefined).greet();
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const address = server.address();
  made.port = typeof address === "object" && address ? address.port : 0;
  return made;
}

function encrypted(socket: Socket, certificate: Certificate): Socket {
  const secure = new TLSSocket(socket, { isServer: true, ...certificate });
  secure.on("error", () => socket.destroy());
  return secure;
}

/** As much of RFC 5321, 3207 and 4954 as a client that sends one mail meets. */
class Conversation {
  private waiting = "";
  private isText = false;
  private data = "";
  private envelope = { from: "", to: "" };
  private readonly onData = (chunk: Buffer) => this.read(chunk.toString("utf8"));

  constructor(
    private readonly socket: Socket,
    private readonly options: SmtpOptions,
    private readonly server: SmtpServer,
    private readonly isEncrypted: boolean,
  ) {
    socket.on("data", this.onData);
  }

  greet(): void {
    this.answer("GREETING", "220 mail.test ready");
  }

  private answer(command: string, usual: string): boolean {
    const line = command in this.server.answers ? this.server.answers[command] : usual;
    if (line !== null && line !== undefined) this.socket.write(`${line}\r\n`);
    return line === usual;
  }

  private read(text: string): void {
    this.waiting += text;
    for (let end = this.waiting.indexOf("\r\n"); end >= 0; end = this.waiting.indexOf("\r\n")) {
      const line = this.waiting.slice(0, end);
      this.waiting = this.waiting.slice(end + 2);
      if (this.isText) this.takeText(line);
      else this.take(line);
    }
  }

  private takeText(line: string): void {
    if (line !== ".") {
      this.data += `${line.replace(/^\./, "")}\n`;
      return;
    }
    this.isText = false;
    if (!this.answer("END", "250 taken")) return;
    this.server.mails.push({ ...this.envelope, data: this.data, wasEncrypted: this.isEncrypted });
  }

  private take(line: string): void {
    this.server.said.push(line);
    const word = (line.split(/[ :]/)[0] ?? "").toUpperCase();
    const address = /<([^>]*)>/.exec(line)?.[1] ?? "";
    switch (word) {
      case "EHLO":
        return void this.answer(word, this.features());
      case "STARTTLS":
        if (!this.options.startTls) return void this.answer(word, "502 not here");
        if (this.answer(word, "220 go ahead")) this.upgrade(this.options.startTls);
        return;
      case "AUTH":
        return void this.answer(word, this.isKnown(line) ? "235 welcome" : "535 who are you");
      case "MAIL":
        this.envelope.from = address;
        return void this.answer(word, "250 ok");
      case "RCPT":
        this.envelope.to = address;
        return void this.answer(word, "250 ok");
      case "DATA":
        this.data = "";
        this.isText = this.answer(word, "354 go on");
        return;
      case "QUIT":
        this.answer(word, "221 bye");
        return void this.socket.end();
      default:
        this.answer(word, "250 ok");
    }
  }

  private features(): string {
    const { startTls, account } = this.options;
    const lines = ["mail.test", ...(startTls && !this.isEncrypted ? ["STARTTLS"] : [])];
    if (account) lines.push("AUTH PLAIN");
    return lines.map((line, n) => `250${n === lines.length - 1 ? " " : "-"}${line}`).join("\r\n");
  }

  private isKnown(line: string): boolean {
    const { user = "", password = "" } = this.options.account ?? {};
    return line.split(" ")[2] === Buffer.from(`\0${user}\0${password}`).toString("base64");
  }

  private upgrade(certificate: Certificate): void {
    this.socket.off("data", this.onData);
    new Conversation(encrypted(this.socket, certificate), this.options, this.server, true);
  }
}
