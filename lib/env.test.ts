import { describe, expect, test } from "vitest";
import { readEnv } from "@/lib/env";

const atHome = { CONSOLE_URL: "https://console.example.com" };

describe("settings", () => {
  test("an empty variable counts as absent", () => {
    expect(readEnv({ PORT: "" }).CONSOLE_URL).toBe("http://localhost:3000");
  });

  test("each variable that cannot be used is named", () => {
    expect(() => readEnv({ PORT: "web", BUILD_CONCURRENCY: "-1" })).toThrow(/PORT.*BUILD_CONCURRENCY/);
  });

  test("github.com has an API host of its own, an Enterprise Server answers below its own address", () => {
    expect(readEnv({}).GITHUB_API_URL).toBe("https://api.github.com");
    expect(readEnv({ GITHUB_URL: "https://git.example.com/" }).GITHUB_API_URL).toBe(
      "https://git.example.com/api/v3",
    );
  });

  test.each([
    [{ SITES_DOMAIN: "apps.example.com" }],
    [{ SITES_DOMAIN: "example.com" }],
    [{ SITES_DOMAIN: "console.example.com" }],
    [{ SITES_URL: "https://sites.example.com" }],
  ])("sites below the console's own domain are refused: %o", (sites) => {
    expect(() => readEnv({ ...atHome, ...sites })).toThrow(/cookies for the console/);
  });

  test.each([
    [{ ...atHome, SITES_DOMAIN: "example-sites.com" }],
    [{ ...atHome, SITES_URL: "https://example-sites.com" }],
    [{ CONSOLE_URL: "https://console.firm.co.uk", SITES_DOMAIN: "other.co.uk" }],
    [{ CONSOLE_URL: "http://10.0.0.5:3000", SITES_DOMAIN: "sites.example.com" }],
    [{}],
  ])("a domain of its own is taken: %o", (settings) => {
    expect(() => readEnv(settings)).not.toThrow();
  });

  test.each([
    "mail.example.com:25",
    "http://me:geheimnis@mail.example.com",
    "smtp://",
    "smtps://me:geheimnis%zz@mail.example.com",
    "smtps://me:geheimnis%ff@mail.example.com",
  ])("a mail server that cannot be one is refused without repeating it: %s", (SMTP_URL) => {
    const attempt = () => readEnv({ SMTP_URL });
    expect(attempt).toThrow(/SMTP_URL: Write smtp:/);
    expect(attempt).not.toThrow(/geheimnis/);
  });

  test.each(["smtp://mail.example.com", "smtps://me%40example.com:p%40ss@mail.example.com:465"])(
    "a mail server is taken: %s",
    (SMTP_URL) => expect(readEnv({ SMTP_URL }).SMTP_URL).toBe(SMTP_URL),
  );
});
