import { describe, expect, test } from "vitest";
import { newHost } from "@/lib/apps/host";
import { createAppSchema, updateGitSchema } from "@/lib/apps/schemas";

describe("what a form sends", () => {
  const valid = {
    name: " shop ",
    integrationId: "int_1",
    repository: "a/b",
    branch: "main",
    buildKind: "none",
  };
  const parse = (values: object) => createAppSchema.safeParse({ ...valid, ...values });

  test("is trimmed and completed", () => {
    expect(parse({ rootDirectory: "./apps//web/", installCommand: "npm ci" }).data).toMatchObject({
      name: "shop",
      rootDirectory: "apps/web",
      outputDirectory: "",
      installCommand: null,
      autoDeploy: true,
    });
    expect(parse({ buildKind: "commands", buildCommand: " npm run build " }).data).toMatchObject({
      buildCommand: "npm run build",
      installCommand: null,
    });
  });

  test("takes every branch that a repository's list offers, however long", () => {
    for (const branch of ["b".repeat(989), "é".repeat(494), "n/".repeat(400).padEnd(989, "n")]) {
      expect(parse({ branch }).data).toMatchObject({ branch });
    }
  });

  test.each([
    ["an empty name", { name: " " }, "name"],
    ["a name that is too long", { name: "x".repeat(41) }, "name"],
    ["a name with a line break", { name: "a\nb" }, "name"],
    ["a folder above", { rootDirectory: "../secrets" }, "rootDirectory"],
    ["a folder above, hidden", { rootDirectory: "a/./../../b" }, "rootDirectory"],
    ["an absolute folder", { outputDirectory: "/etc" }, "outputDirectory"],
    ["a folder with a backslash", { outputDirectory: "a\\..\\b" }, "outputDirectory"],
    ["git's own folder", { outputDirectory: ".git/hooks" }, "outputDirectory"],
    ["a command that is too long", { buildKind: "commands", buildCommand: "x".repeat(501) }, "buildCommand"],
    ["a build without commands", { buildKind: "commands" }, "buildCommand"],
    ["no branch", { branch: " " }, "branch"],
    ["a branch that walks upwards", { branch: "../../../user" }, "branch"],
    ["a branch that git refuses", { branch: "a..b" }, "branch"],
    ["a branch longer than any that is offered", { branch: "b".repeat(990) }, "branch"],
    ["a branch of more bytes than fit, in fewer letters", { branch: "é".repeat(495) }, "branch"],
    ["a branch with a line break", { branch: "a\nb" }, "branch"],
    ["a field that nobody knows", { isAdmin: true }, ""],
  ])("%s is refused beside its field", (_name, values, field) => {
    expect(parse(values).error?.issues.map(({ path }) => path.join("."))).toEqual([field]);
  });

  test("a switch that is off is not sent, and counts as off", () => {
    const edit = { appId: "app_1", updatedAt: new Date().toISOString() };
    const source = { integrationId: "int_1", repository: "a/b", branch: "main" };
    expect(updateGitSchema.parse({ ...edit, ...source }).autoDeploy).toBe(false);
    expect(updateGitSchema.parse({ ...edit, ...source, autoDeploy: "on" }).autoDeploy).toBe(true);
  });
});

describe("a new host name", () => {
  test.each([
    ["Café Überraschung", /^cafe-uberraschung-[0-9a-z]{6}$/],
    ["日本", /^app-[0-9a-z]{6}$/],
    ["--a--", /^a-[0-9a-z]{6}$/],
    ["x".repeat(80), /^x{56}-[0-9a-z]{6}$/],
  ])("for %s is a label that every resolver takes", (name, expected) => {
    const host = newHost(name);
    expect(host).toMatch(expected);
    expect(host.length).toBeLessThanOrEqual(63);
  });
});
