import { env } from "@/lib/env";
import { redactor } from "@/lib/redact";
import { Secret } from "@/lib/secret";

/**
 * How the server is spoken to:
 * - `tls`: from the first byte (`smtps://`);
 * - `starttls`: upgraded before anything is said, and refused where that is not offered (`smtp://`);
 * - `plain`: on this very machine only (`smtp://` to a loopback address).
 */
export type MailSecurity = "tls" | "starttls" | "plain";

export type MailSettings = {
  host: string;
  port: number;
  security: MailSecurity;
  account: { user: string; password: Secret } | null;
  from: string;
};

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether this console can send mail at all. */
export const mailIsConfigured = (): boolean => env().SMTP_URL !== undefined;

/** The settings of SMTP_URL and SMTP_FROM; null without. The log hides the password from here on. */
export function mailSettings(): MailSettings | null {
  const { SMTP_URL, SMTP_FROM, CONSOLE_URL } = env();
  if (SMTP_URL === undefined) return null;
  const settings = parseSmtpUrl(SMTP_URL, SMTP_FROM ?? `console@${new URL(CONSOLE_URL).hostname}`);
  if (settings.account) redactor.add(settings.account.password);
  return settings;
}

/** `smtps://user:password@host:465` or `smtp://user:password@host:587`; name and password percent-encoded. */
export function parseSmtpUrl(text: string, from: string): MailSettings {
  const url = new URL(text);
  const isTls = url.protocol === "smtps:";
  const user = decodeURIComponent(url.username);
  return {
    host: url.hostname,
    port: Number(url.port) || (isTls ? 465 : 587),
    security: isTls ? "tls" : LOOPBACK.test(url.hostname) ? "plain" : "starttls",
    account: user === "" ? null : { user, password: new Secret(decodeURIComponent(url.password)) },
    from,
  };
}
