import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MailFailed, sendMail } from "@/lib/mail/send";
import { type MailSettings, parseSmtpUrl } from "@/lib/mail/settings";
import { Secret } from "@/lib/secret";
import { bundleFile } from "@/lib/testing/bundle";
import { createAuthority } from "@/lib/testing/certificate";
import { useSmtpServers } from "@/lib/testing/smtp-server";

const serve = useSmtpServers();
const PASSWORD = "correct horse/battery+staple=";
const account = { user: "console", password: PASSWORD };
const message = { to: "ada@example.com", subject: "Hello", text: "A line.\n", id: "mal_1" };

const settings = (port: number, values: Partial<MailSettings> = {}): MailSettings => ({
  ...{ host: "127.0.0.1", port, security: "plain", account: null, from: "console@example.com" },
  ...values,
});
const known = { account: { user: account.user, password: new Secret(PASSWORD) } };

describe("a mail", () => {
  test("arrives whole, at the one address that it is for", async () => {
    const server = await serve({ account });
    await sendMail(settings(server.port, known), message);
    expect(server.mails).toHaveLength(1);
    const [mail] = server.mails;
    expect(mail).toMatchObject({ from: "console@example.com", to: "ada@example.com" });
    expect(mail?.data).toContain("\nSubject: Hello\n");
    expect(mail?.data).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(mail?.data).toContain("\nA line.\n");
  });

  test("takes no further header and no further recipient from a subject or an address", async () => {
    const server = await serve();
    const subject = "Lighthouse\r\nBcc: eve@example.com\r\n\r\nSend money";
    await sendMail(settings(server.port), { ...message, subject });
    await sendMail(settings(server.port), {
      ...message,
      to: "ada@example.com\r\nRCPT TO:<eve@example.com>",
    }).catch((error: unknown) => expect(error).toBeInstanceOf(MailFailed));
    expect(server.mails[0]?.data).not.toMatch(/^Bcc:/m);
    expect(server.said.filter((line) => line.startsWith("RCPT")).join()).not.toContain("<eve@example.com>");
  });
});

describe("the password", () => {
  test("is told to nobody before the connection is encrypted: no STARTTLS, no mail", async () => {
    const server = await serve({ account });
    const attempt = sendMail(settings(server.port, { ...known, security: "starttls" }), message);
    await expect(attempt).rejects.toMatchObject({ isFinal: false, code: "ETLS" });
    expect(server.said.join("\n")).not.toMatch(/AUTH|MAIL FROM/i);
    expect(server.mails).toEqual([]);
  });

  test("is told to nobody whose certificate is not trusted", async () => {
    const { cert, key } = createAuthority().issue("127.0.0.1", "localhost");
    for (const security of ["starttls", "tls"] as const) {
      const server = await serve({ account, [security === "tls" ? "tls" : "startTls"]: { cert, key } });
      const attempt = sendMail(settings(server.port, { ...known, security }), message);
      await expect(attempt).rejects.toBeInstanceOf(MailFailed);
      expect(server.said.join("\n")).not.toMatch(/AUTH|MAIL FROM/i);
    }
  });

  test("is in no error, whatever the server repeats", async () => {
    const server = await serve({ account: { ...account, password: "another" } });
    server.answers.AUTH = `535 you said ${PASSWORD}`;
    const error = await sendMail(settings(server.port, known), message).then(
      () => null,
      (failure: unknown) => failure,
    );
    expect(error).toMatchObject({ code: "EAUTH", isFinal: false });
    const { message: text, stack, cause } = error as Error;
    expect(JSON.stringify([text, stack, String(cause)])).not.toContain(PASSWORD);
  });
});

test("an address that the server never takes is final, what may pass is not", async () => {
  const server = await serve();
  const failing = async (command: string, line: string) => {
    server.answers = { [command]: line };
    return sendMail(settings(server.port), message).then(
      () => null,
      (error: unknown) => error,
    );
  };
  expect(await failing("RCPT", "550 no such person")).toMatchObject({ isFinal: true });
  expect(await failing("RCPT", "450 come back later")).toMatchObject({ isFinal: false });
  expect(await failing("END", "451 out of space")).toMatchObject({ isFinal: false });
  expect(await failing("GREETING", "554 go away")).toMatchObject({ isFinal: false });
  expect(server.mails).toEqual([]);
});

test("a server that says nothing is given up on in time, wherever it stops", async () => {
  const server = await serve({ account });
  for (const command of ["GREETING", "EHLO", "AUTH", "MAIL", "DATA", "END"]) {
    server.answers = { [command]: null };
    const began = performance.now();
    await expect(sendMail(settings(server.port, known), message, 200)).rejects.toBeInstanceOf(MailFailed);
    expect(performance.now() - began).toBeLessThan(5000);
  }
});

test.each(["169.254.169.254", "[::ffff:169.254.169.254]"])("metadata is no mail server: %s", async (host) => {
  const attempt = sendMail(settings(25, { host, security: "starttls" }), message, 200);
  await expect(attempt).rejects.toMatchObject({ message: "The mail server could not be reached." });
});

test("without encryption nothing leaves this machine", async () => {
  const attempt = sendMail(settings(25, { host: "10.0.0.1", security: "plain" }), message, 200);
  await expect(attempt).rejects.toMatchObject({ message: "The mail server could not be reached." });
});

/** A process of its own, since NODE_EXTRA_CA_CERTS is read when Node starts. */
const PROGRAM = `
import { sendMail } from "@/lib/mail/send";
import { Secret } from "@/lib/secret";
const [port, security, password] = process.argv.slice(2);
const account = { user: "console", password: new Secret(password) };
const settings = { host: "localhost", port: Number(port), security, account, from: "console@example.com" };
await sendMail(settings, { to: "ada@example.com", subject: "Hello", text: "A line.", id: "mal_1" });
`;

describe("with a certificate that is trusted", () => {
  const authority = createAuthority();
  let folder = "";
  let script = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(process.cwd(), ".test-mail-"));
    writeFileSync(join(folder, "ca.pem"), authority.ca);
    writeFileSync(join(folder, "program.ts"), PROGRAM);
    script = await bundleFile(join(folder, "program.ts"), folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(["starttls", "tls"] as const)(
    "it goes encrypted from the first word that counts: %s",
    async (security) => {
      const certificate = authority.issue("localhost", "127.0.0.1");
      const server = await serve({ account, [security === "tls" ? "tls" : "startTls"]: certificate });
      await promisify(execFile)(process.execPath, [script, String(server.port), security, PASSWORD], {
        env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, "ca.pem") },
      });
      expect(server.mails).toMatchObject([{ to: "ada@example.com", wasEncrypted: true }]);
    },
  );
});

describe("SMTP_URL", () => {
  test.each([
    ["smtp://mail.example.com", "mail.example.com", 587, "starttls"],
    ["smtp://mail.example.com:25", "mail.example.com", 25, "starttls"],
    ["smtps://mail.example.com", "mail.example.com", 465, "tls"],
    ["smtps://localhost:2465", "localhost", 2465, "tls"],
    ["smtp://localhost:1025", "localhost", 1025, "plain"],
    ["smtp://127.0.0.1", "127.0.0.1", 587, "plain"],
    ["smtp://[::1]:25", "[::1]", 25, "plain"],
    ["smtp://localhost.example.com", "localhost.example.com", 587, "starttls"],
  ])("%s", (url, host, port, security) => {
    expect(parseSmtpUrl(url, "a@b.example")).toMatchObject({ host, port, security, account: null });
  });

  test("carries name and password percent-encoded", () => {
    const { account: parsed } = parseSmtpUrl(
      "smtps://me%40example.com:p%40ss%3Aw%2Frd@mail.example.com",
      "a@b.example",
    );
    expect(parsed?.user).toBe("me@example.com");
    expect(parsed?.password.reveal()).toBe("p@ss:w/rd");
  });
});
