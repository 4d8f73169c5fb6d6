import { describe, expect, test } from "vitest";
import { checkSources } from "./check-imports.mjs";
import { parse } from "./imports/read.mjs";

const problemsOf = (path, text) => checkSources([parse(path, text)]);

describe("the import rules", () => {
  const broken = [
    [
      "a way around by ..",
      "lib/pushes/decide.ts",
      `import { x } from "../deployments/enqueue";`,
      'Write "@/lib/deployments/enqueue"',
    ],
    ["tests in the product", "worker/index.ts", `import { x } from "@/lib/testing/database";`, "for tests"],
    [
      "the sandbox host in the product",
      "lib/egress/index.ts",
      `import { x } from "@/e2e/forge/main";`,
      "by configuration only",
    ],
    ["the database in a page", "app/page.tsx", `import { db } from "@/db";`, "Call a verb"],
    ["drizzle in a page", "app/page.tsx", `import { eq } from "drizzle-orm";`, "Call a verb"],
    ["the vault in an action", "app/actions.ts", `import { seal } from "@/lib/vault";`, "Call a verb"],
    [
      "the domain in a component",
      "components/card.tsx",
      `import { removeApp } from "@/lib/apps";`,
      "as props",
    ],
    ["React in a process", "worker/index.ts", `import { Card } from "@/components/card";`, "is React"],
    [
      "a module's inside in a page",
      "app/page.tsx",
      `import { x } from "@/lib/apps/create-app";`,
      'Import "@/lib/apps"',
    ],
    [
      "a module's inside in a process",
      "server/x.ts",
      `export { x } from "@/lib/webhooks/receive";`,
      'Import "@/lib/webhooks"',
    ],
    [
      "a later module in an earlier",
      "lib/pushes/x.ts",
      `import { x } from "@/lib/webhooks";`,
      "comes after lib/pushes",
    ],
    ["a module without a place", "lib/misc/x.ts", `import { x } from "@/lib/env";`, "no place in the order"],
    ["providers with the vault", "lib/providers/a/x.ts", `import { x } from "@/lib/vault";`, "comes after"],
    [
      "providers with the database",
      "lib/providers/a/x.ts",
      `import { db } from "@/db";`,
      "works without one",
    ],
    ["the database looking up", "db/client.ts", `import { x } from "@/lib/log";`, "above the database"],
    ["next in the domain", "lib/apps/x.ts", `import { cache } from "next/cache";`, "is Next"],
    [
      "one provider by name",
      "lib/sources/x.ts",
      `import { x } from "@/lib/providers/github/api";`,
      "names one provider",
    ],
    ["a socket", "lib/sources/x.ts", `import { connect } from "node:net";`, "Use lib/egress"],
    ["a command", "worker/build.ts", `import { spawn } from "node:child_process";`, "worker/exec.ts"],
    [
      "another HTTP client",
      "lib/sources/x.ts",
      `const { request } = await import("undici");`,
      "Use lib/egress",
    ],
    ["a request of one's own", "lib/sources/x.ts", "const a = await fetch(url);", "calls fetch"],
    ["an opened token", "lib/sources/x.ts", `import { open } from "@/lib/vault";`, "opens a ciphertext"],
    ["the whole vault", "lib/sources/x.ts", `import * as vault from "@/lib/vault";`, "opens a ciphertext"],
    ["the environment", "lib/sources/x.ts", "const a = process.env.HOME;", "lib/env.ts"],
    ["odds and ends", "lib/sources/utils/x.ts", "export const a = 1;", "concept it belongs to"],
  ];

  test.each(broken)("refuse %s and say where to go instead", (_what, path, text, sentence) => {
    const problems = problemsOf(path, text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(sentence);
    expect(problems[0]).toMatch(new RegExp(`^${path}`));
  });

  const fine = [
    [
      "app/page.tsx",
      `import { listApps } from "@/lib/apps";\nimport type { AppView } from "@/lib/apps/views";`,
    ],
    ["app/page.tsx", `import { Card } from "./card";\nimport { redirect } from "next/navigation";`],
    [
      "components/card.tsx",
      `import type { AppView } from "@/lib/apps/views";\nimport { words } from "@/lib/apps/words";`,
    ],
    ["lib/webhooks/x.ts", `import { observeHead } from "@/lib/pushes";\nimport { db } from "@/db";`],
    ["lib/credentials/open-token.ts", `import { open } from "@/lib/vault";`],
    [
      "lib/credentials/x.ts",
      `import { seal, VaultError } from "@/lib/vault";\nimport type { Place } from "@/lib/vault/place";`,
    ],
    ["lib/auth/x.ts", `import { isIP } from "node:net";\nimport type { IncomingMessage } from "node:http";`],
    [
      "lib/sources/x.ts",
      `// fetch(x) and process.env are only named here\nconst a = "http://a/*"; /* from "@/app/x" */`,
    ],
    ["worker/exec.ts", `import { type ChildProcess, spawn } from "node:child_process";`],
    ["lib/providers/registry.ts", `import { github } from "@/lib/providers/github";`],
  ];

  test.each(fine)("let %s through: %s", (path, text) => {
    expect(problemsOf(path, text)).toEqual([]);
  });

  test("name the line", () => {
    const text = `import { a } from "./a";\n\nimport {\n  db,\n} from "@/db";\n`;
    expect(problemsOf("app/page.tsx", text)[0]).toMatch(/^app\/page\.tsx:5: "@\/db" /);
  });
});
