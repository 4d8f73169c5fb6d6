import { beforeEach, expect, test, vi } from "vitest";

const MODULES = {
  egress: () => import("@/lib/egress/error"),
  vault: () => import("@/lib/vault/errors"),
  credentials: () => import("@/lib/credentials/errors"),
  providers: () => import("@/lib/providers/errors"),
};

type Constructor = new (...args: never[]) => Error;

beforeEach(() => vi.resetModules());

test.each(Object.entries(MODULES))(
  "errors of %s are known by a second copy of their module",
  async (_, load) => {
    const first = errorsOf(await load());
    vi.resetModules();
    const second = errorsOf(await load());
    expect(first.size).toBeGreaterThan(0);
    for (const [name, One] of first) {
      const Other = second.get(name);
      if (!Other) throw new Error(`The second copy has no ${name}.`);
      expect(Other).not.toBe(One);
      const error = Reflect.construct(One, ["not_one_of_theirs", "A sentence."]);
      expect(error instanceof One, name).toBe(true);
      expect(error instanceof Other, name).toBe(true);
      for (const [others, Another] of second) expect(error instanceof Another, others).toBe(others === name);
      for (const none of [new Error(name), { name }, null, name])
        expect(none instanceof Other, name).toBe(false);
    }
  },
);

function errorsOf(module: object): Map<string, Constructor> {
  const found = Object.entries(module).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof Error,
  );
  return new Map(found as [string, Constructor][]);
}
