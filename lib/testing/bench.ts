import { beforeAll } from "vitest";
import type { Forge } from "@/e2e/forge";
import type { CreateAppInput } from "@/lib/apps";
import type { ReadyInstance } from "@/lib/instances";
import { addDesk, addInstance, connect, type Desk, useForge } from "@/lib/testing/forge";
import { useIntake } from "@/lib/testing/intake";

/** A project that is connected to an account of its own at the forge, and a repository that it may use. */
export type Bench = Desk & { integrationId: string; login: string; repository: string };

export type BenchMaker = {
  forge: () => Forge;
  bench: () => Promise<Bench>;
  addRepository: (owner: string, options?: { empty?: boolean }) => Promise<string>;
};

/** A forge, the console's intake and benches to work at. Call after `useTestDatabase`. */
export function useBenches(): BenchMaker {
  const { forge } = useForge();
  useIntake();
  let instance: ReadyInstance;
  let count = 0;

  beforeAll(async () => {
    instance = await addInstance(forge());
  });

  const addRepository: BenchMaker["addRepository"] = async (owner, options = {}) => {
    count += 1;
    return (await forge().admin.createRepository({ owner, name: `site-${count}`, ...options })).fullName;
  };

  const bench = async () => {
    count += 1;
    const login = `octocat-${count}`;
    await forge().admin.createUser({ login });
    const desk = await addDesk();
    const integrationId = await connect(desk, instance, { login });
    return { ...desk, login, integrationId, repository: await addRepository(login) };
  };

  return { forge, bench, addRepository };
}

/** What the form of a new app sends for a bench. */
export const appInput = (at: Bench, values: Partial<CreateAppInput> = {}): CreateAppInput => ({
  name: "storefront",
  integrationId: at.integrationId,
  repository: at.repository,
  branch: "main",
  rootDirectory: "",
  buildKind: "none",
  installCommand: null,
  buildCommand: null,
  outputDirectory: "",
  autoDeploy: true,
  ...values,
});
