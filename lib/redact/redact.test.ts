import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { createStreamRedactor, redactor, redactText } from "@/lib/redact";
import { Secret } from "@/lib/secret";

const TOKEN = "s3cr3t+/value~with=odd&chars éü";
let added: Secret[] = [];

function know(...values: string[]): void {
  for (const value of values) {
    const secret = new Secret(value);
    added.push(secret);
    redactor.add(secret);
  }
}

afterEach(() => {
  for (const secret of added) redactor.remove(secret);
  added = [];
});

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** The ways in which a secret leaves: six encodings, and the variants of each. */
const ENCODINGS: Record<string, (secret: string) => string> = {
  raw: (secret) => secret,
  "escaped in JSON": (secret) => JSON.stringify({ secret }),
  base64,
  "base64 with something before": (secret) => base64(`x:${secret}`),
  "base64 with something around": (secret) => base64(`{"token":"${secret}","more":true}`),
  base64url: (secret) => Buffer.from(`user:${secret}!`).toString("base64url"),
  "url-encoded": (secret) => encodeURIComponent(secret),
  "url-encoded in small letters": (secret) =>
    encodeURIComponent(secret).replace(/%../g, (byte) => byte.toLowerCase()),
  "form-encoded": (secret) => new URLSearchParams({ secret }).toString(),
  "Basic with a user": (secret) => `Basic ${base64(`x-access-token:${secret}`)}`,
  "Basic without a user": (secret) => `Authorization: Basic ${base64(`:${secret}`)}`,
  hex: (secret) => Buffer.from(secret).toString("hex"),
  "hex in capitals": (secret) => Buffer.from(secret).toString("hex").toUpperCase(),
};

/** Whether a text gives the secret away, looked at as a thief would: every run of it decoded in every way. */
function showsSecret(text: string, secret: string): boolean {
  const runs = text.match(/[A-Za-z0-9+/_-]{4,}/g) ?? [];
  const decoded = runs.flatMap((run) => [
    ...[0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), "base64").toString("latin1")),
    Buffer.from(run, "hex").toString("latin1"),
  ]);
  const raw = Buffer.from(secret).toString("latin1");
  const parts = [text, decodeLoosely(text.replaceAll("+", " ")), decodeLoosely(text)];
  return parts.some((part) => part.includes(secret)) || decoded.some((part) => part.includes(raw));
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

describe("a known secret", () => {
  test.each(Object.entries(ENCODINGS))("is hidden as %s", (_name, encode) => {
    know(TOKEN);
    const text = `before ${encode(TOKEN)} after`;
    expect(showsSecret(text, TOKEN)).toBe(true);
    const redacted = redactText(text);
    expect(redacted).toMatch(/^before .*\[secret\].* after$/);
    expect(showsSecret(redacted, TOKEN)).toBe(false);
  });

  test("is hidden in every encoding, whatever it is and whatever stands around it", () => {
    const secret = fc
      .string({ unit: "grapheme-ascii", minLength: 6, maxLength: 60 })
      .filter((s) => s.trim().length > 5);
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom(...Object.values(ENCODINGS)),
        fc.string(),
        fc.string(),
        (value, encode, a, b) => {
          know(value);
          const redacted = redactText(`${a} ${encode(value)} ${b}`);
          expect(redacted).toContain("[secret]");
          // What the neighbours themselves say is not ours to hide.
          if (!showsSecret(`${a} ${b}`, value)) expect(showsSecret(redacted, value)).toBe(false);
          redactor.remove(added.pop() ?? new Secret(""));
        },
      ),
      { numRuns: 400 },
    );
  });

  test("leaves no character of its base64 behind, whatever it is aligned to", () => {
    know(TOKEN);
    for (const user of ["", "x", "xy", "xyz", "x-access-token"]) {
      const encoded = Buffer.from(`${user}:${TOKEN}`).toString("base64");
      expect(redactText(`<${encoded}>`)).toBe("<[secret]>");
    }
  });

  test("hides others that overlap it, contain it, or touch it", () => {
    know("abcdefghij", "efghijklmn", "cdefgh", "0123456789");
    expect(redactText("<abcdefghijklmn>")).toBe("<[secret]>");
    expect(redactText("<abcdefghij0123456789>")).toBe("<[secret]>");
    expect(redactText("<abcdefghij 0123456789>")).toBe("<[secret] [secret]>");
  });

  test("is hidden as often as it stands there", () => {
    know("abcabcabc");
    expect(redactText("abcabcabcabcabc x abcabcabc")).toBe("[secret] x [secret]");
  });

  test("is hidden through colours and other terminal sequences in the middle of it", () => {
    know(TOKEN);
    const coloured = [...TOKEN].join("\u001b[31m");
    const linked = `${TOKEN.slice(0, 5)}\u001b]8;;https://x.example\u0007${TOKEN.slice(5)}`;
    expect(redactText(`\u001b[1m${coloured}\u001b[0m ok`)).toBe("\u001b[1m[secret]\u001b[0m ok");
    expect(redactText(`a ${linked} b`)).toBe("a [secret] b");
  });

  test("is hidden until it was taken back as often as it was added", () => {
    know("abcdefghij", "abcdefghij");
    redactor.remove(new Secret("abcdefghij"));
    expect(redactText("abcdefghij")).toBe("[secret]");
    redactor.remove(new Secret("abcdefghij"));
    expect(redactText("abcdefghij")).toBe("abcdefghij");
    redactor.remove(new Secret("abcdefghij"));
  });

  test("that is very short is not looked for: it would blacken everything", () => {
    know("a", "12345", "");
    expect(redactText("a 12345")).toBe("a 12345");
  });
});

describe("what is shaped like a credential", () => {
  const tail = "0123456789abcdefghijABCDEFGHIJ012345";
  const SHAPED: [string, string][] = [
    [`gho_${tail}`, "[secret]"],
    [`token=ghp_${tail};`, "token=[secret];"],
    [`ghu_${tail} ghs_${tail} ghr_${tail}`, "[secret] [secret] [secret]"],
    [`github_pat_11AAAAAAA0_${tail}`, "[secret]"],
    ["glpat-abcdefghij0123456789", "[secret]"],
    ["\u001b[1mgho_0123456789abcdefghij\u001b[0m", "\u001b[1m[secret]\u001b[0m"],
    ["Authorization: Bearer abc.def-ghi", "Authorization: Bearer [secret]"],
    ["authorization: token abcdef0123", "authorization: token [secret]"],
    ["AUTHORIZATION=abcdef0123", "AUTHORIZATION=[secret]"],
    ['{"Authorization":"Basic dTpw"}', '{"Authorization":"Basic [secret]"}'.replace("[secret]", "dTpw")],
    ['{"authorization": "Basic dXNlcjpwYXNz", "x": 1}', '{"authorization": "Basic [secret]", "x": 1}'],
    ['{\\"authorization\\": \\"Basic dXNlcjpwYXNz\\"}', '{\\"authorization\\": \\"Basic [secret]\\"}'],
    ["with Basic dXNlcjpwYXNz there", "with Basic [secret] there"],
    ["a bearer eyJhbGciOiJIUzI1NiJ9.e30.abc", "a bearer [secret]"],
    ["https://ada:pass@word@git.example.com/x.git", "https://[secret]@git.example.com/x.git"],
    ["https://token@git.example.com/x.git", "https://[secret]@git.example.com/x.git"],
    ["GET /cb?code=abcdefghij0123456789&state=9876543210zyxwvutsrq", "GET /cb?code=[secret]&state=[secret]"],
    [
      "http://localhost:3000/sign-in/link?token=abcdefghijklmnopqrstuvwxyz",
      "http://localhost:3000/sign-in/link?token=[secret]",
    ],
  ];
  test.each(SHAPED)("is hidden in %s", (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  test.each([
    "Basic settings and bearer something, authorization needed",
    "ssh://git@github.com/a/b.git",
    "https://registry.npmjs.org/@scope/name",
    "mailto: ada@example.com, see https://example.com/a@b",
    "/repos?state=open&page=2",
    "gho_ and glpat- are prefixes",
    "",
  ])("is told from prose: %s", (text) => {
    expect(redactText(text)).toBe(text);
  });
});

describe("a text in pieces", () => {
  const cutAt = (text: string, cuts: readonly number[]) => {
    const stream = createStreamRedactor();
    const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
    const pieces = [0, ...places].map((start, index) => text.slice(start, places[index] ?? text.length));
    return pieces.map((piece) => stream.push(piece)).join("") + stream.end();
  };

  test("is redacted as the whole is, wherever it is cut", () => {
    know(TOKEN, "two words here", "abcdefghij", "efghij klmnop");
    const word = fc.constantFrom(
      TOKEN,
      "two words here",
      "two words",
      "abcdefghij",
      "efghij klmnop",
      "gho_0123456789abcdefghij",
      "Authorization: Basic dXNlcjpwYXNz",
      "Bearer 0123456789abcdef",
      "https://ada:pass@git.example.com",
      "\u001b[31m",
      "\u001b]0;a title\u0007",
      "\u001b",
      "\n",
      "\t",
      " ",
      " two ",
      base64(`user:${TOKEN}`),
      "plain text",
    );
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 12 }),
        fc.array(fc.nat(400), { maxLength: 12 }),
        (words, cuts) => {
          const text = words.join("");
          expect(cutAt(text, cuts)).toBe(redactText(text));
        },
      ),
      { numRuns: 1_500 },
    );
  });

  test("is redacted character by character", () => {
    know(TOKEN);
    const text = Object.values(ENCODINGS)
      .map((encode) => `${encode(TOKEN)}\n`)
      .join("");
    const stream = createStreamRedactor();
    const out = [...text].map((char) => stream.push(char)).join("") + stream.end();
    expect(out).toBe(redactText(text));
    expect(showsSecret(out, TOKEN)).toBe(false);
  });

  test("is shown at once up to its last unfinished word", () => {
    const stream = createStreamRedactor();
    expect(stream.push("Installing\nadded 12 pack")).toBe("Installing\nadded 12 ");
    expect(stream.push("ages\n")).toBe("packages\n");
    expect(stream.push("done.")).toBe("");
    expect(stream.end()).toBe("done.");
    expect(stream.end()).toBe("");
  });

  test("learns of a secret that is added while it runs", () => {
    const stream = createStreamRedactor();
    expect(stream.push("one abcdefghij\n")).toBe("one abcdefghij\n");
    know("abcdefghij");
    expect(stream.push("two abcdefghij\n")).toBe("two [secret]\n");
  });

  test("that never ends a word is shown in parts, and keeps known secrets hidden across them", () => {
    const secret = randomBytes(20).toString("hex");
    know(secret);
    const stream = createStreamRedactor();
    const piece = `${"x.".repeat(5_000)}${secret}${".y".repeat(5_000)}`;
    let out = "";
    for (let at = 0; at < piece.length * 6; at += 777)
      out += stream.push(piece.repeat(6).slice(at, at + 777));
    expect(out.length).toBeGreaterThan(piece.length * 4);
    out += stream.end();
    expect(out).not.toContain(secret);
    expect(out.replaceAll("[secret]", "")).toBe(`${"x.".repeat(5_000)}${".y".repeat(5_000)}`.repeat(6));
  });
});

test("sixteen mebibytes of log with forty known secrets are read in little time", () => {
  know(...Array.from({ length: 40 }, () => `gho_${randomBytes(18).toString("hex")}`));
  const line =
    "\u001b[32m✓\u001b[39m built https://registry.npmjs.org/react/-/react-19.tgz at src/components/some/path.tsx\n";
  const chunk = line.repeat(Math.ceil(65_536 / line.length));
  const stream = createStreamRedactor();
  const before = process.cpuUsage();
  let length = 0;
  for (let count = 0; count < 256; count += 1) length += stream.push(chunk).length;
  const { user } = process.cpuUsage(before);
  expect(length).toBe(chunk.length * 256);
  // A third of a second where it was written; the bound only catches what grows with the square.
  expect(user / 1e6).toBeLessThan(5);
});
