import type { Socket } from "node:net";
import { openMailSocket } from "@/lib/egress";
import type { MailSettings } from "@/lib/mail/settings";

export type Message = {
  to: string;
  subject: string;
  text: string;
  /** The same for every attempt, so that a server that took one and was not heard can tell the next as a repeat. */
  id: string;
};

/** A mail that did not go. `isFinal`: this mail will never be taken. The sentence is ours, never the server's. */
export class MailFailed extends Error {
  override readonly name = "MailFailed";

  constructor(
    message: string,
    readonly isFinal: boolean,
    readonly code: string | null,
  ) {
    super(message);
  }
}

const TIMEOUT_MS = 20_000;

/** Hands one mail to the server. Throws `MailFailed`. */
export async function sendMail(
  settings: MailSettings,
  message: Message,
  timeoutMs: number = TIMEOUT_MS,
): Promise<void> {
  const socket = await connect(settings);
  // Whatever is waited for: greeting, handshake, an answer.
  const timer = setTimeout(() => socket.destroy(new Error("timeout")), timeoutMs);
  try {
    await hand(settings, message, socket);
  } catch (error) {
    throw explain(error);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function connect({ host, port, security }: MailSettings): Promise<Socket> {
  try {
    return await openMailSocket(host, port, security === "plain");
  } catch {
    throw new MailFailed("The mail server could not be reached.", false, null);
  }
}

async function hand(settings: MailSettings, message: Message, socket: Socket): Promise<void> {
  const { createTransport } = await import("nodemailer");
  const { host, port, security, account, from } = settings;
  const transport = createTransport({
    ...{ host: host.replace(/^\[(.*)\]$/, "$1"), port, connection: socket },
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "plain",
    ...(account ? { auth: { user: account.user, pass: account.password.reveal() }, forceAuth: true } : {}),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const { to, text, id } = message;
  await transport.sendMail({
    ...{ from, text },
    to: { name: "", address: to },
    subject: message.subject.replace(/\s+/g, " "),
    messageId: `<${id}@${new URL(`smtp://${host}`).hostname}>`,
    headers: { "Auto-Submitted": "auto-generated" },
  });
}

type Failure = { code?: string; responseCode?: number };

/** What went wrong, without what the server said: that may repeat what it was told. */
function explain(error: unknown): MailFailed {
  const { code = null, responseCode = 0 } = error as Failure & { code?: string };
  if (code === "EAUTH") {
    return new MailFailed("The mail server refuses the name and password of SMTP_URL.", false, code);
  }
  if (code === "ETLS")
    return new MailFailed("The mail server offers no TLS that can be trusted.", false, code);
  if ((code === "EENVELOPE" || code === "EMESSAGE") && responseCode >= 500) {
    return new MailFailed("The mail server does not take mail for this address.", true, code);
  }
  return new MailFailed("The mail server did not answer as it should.", false, code);
}
