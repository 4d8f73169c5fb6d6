import { ProviderRejected } from "@/lib/providers/errors";
import {
  type ApiAnswer,
  type ApiCall,
  badAnswer,
  callHost,
  dataOf,
  repositoryInApi,
} from "@/lib/providers/git/hooks/call";
import type { ApiHooks, Grant, HookRegistration } from "@/lib/providers/provider";
import type { Secret } from "@/lib/secret";

export type Wanted = { address: string; secret: Secret };

/** The webhooks of one repository, as calls: `below` is what follows their path. */
export type HookCalls = {
  send(method: ApiCall["method"], below?: string, content?: unknown): Promise<ApiAnswer>;
};

/** What one kind of host does in its own way. */
export type Dialect = {
  /** Where the webhooks of a project are, below the API's own path. */
  hooksPath(project: string): string;
  headers(grant: Grant): Record<string, string>;
  /** The query of one page of the list; hosts keep more pages than are ever looked through. */
  page(number: number): string;
  pages: number;
  /** Whether a page with so many is the last one. */
  isLast(count: number): boolean;
  /** Throws `badAnswer` for what is not as the host's documents say. */
  parse(told: unknown): HookRegistration;
  create(calls: HookCalls, wanted: Wanted): Promise<HookRegistration>;
  /** Null: it can only be made anew. If just the first half of that happens, the next look finds none and makes one. */
  update(calls: HookCalls, hookId: string, wanted: Wanted): Promise<HookRegistration | null>;
};

/** Webhooks by a host's API, in its dialect. */
export function hooksIn(dialect: Dialect): ApiHooks {
  const open = (grant: Grant, externalId: string) => openCalls(dialect, grant, externalId);
  return {
    kind: "api",

    async createHook(grant, externalId, wanted) {
      const calls = await open(grant, externalId);
      // These hosts keep as many webhooks of one address as they are given.
      if (await find(dialect, calls, (address) => address === wanted.address)) {
        throw new ProviderRejected("exists", "The host already has a webhook with this address.");
      }
      return await dialect.create(calls, wanted);
    },

    async findHook(grant, externalId, prefix) {
      return await find(dialect, await open(grant, externalId), (address) => address.startsWith(prefix));
    },

    async updateHook(grant, externalId, hookId, wanted) {
      const calls = await open(grant, externalId);
      const updated = await dialect.update(calls, hookId, wanted);
      if (updated) return updated;
      await remove(calls, hookId);
      return await dialect.create(calls, wanted);
    },

    async deleteHook(grant, externalId, hookId) {
      return await remove(await open(grant, externalId), hookId);
    },
  };
}

async function openCalls(dialect: Dialect, grant: Grant, externalId: string): Promise<HookCalls> {
  const headers = dialect.headers(grant);
  const { apiPath, project } = await repositoryInApi(grant, externalId);
  const path = apiPath + dialect.hooksPath(project);
  return {
    send: (method, below = "", content) =>
      callHost(grant, {
        ...{ method, path: path + below, headers },
        ...(content === undefined ? {} : { body: content }),
      }),
  };
}

async function find(
  dialect: Dialect,
  calls: HookCalls,
  isOurs: (address: string) => boolean,
): Promise<HookRegistration | null> {
  for (let page = 1; page <= dialect.pages; page += 1) {
    const listed = dataOf(await calls.send("GET", `?${dialect.page(page)}`));
    if (!Array.isArray(listed)) throw badAnswer();
    const found = listed.map(dialect.parse).find(({ address }) => isOurs(address));
    if (found) return found;
    if (dialect.isLast(listed.length)) return null;
  }
  return null;
}

async function remove(calls: HookCalls, hookId: string): Promise<"done" | "already_gone"> {
  const answer = await calls.send("DELETE", below(hookId));
  if (answer.status === 404) return "already_gone";
  dataOf(answer);
  return "done";
}

export const below = (hookId: string): string => `/${encodeURIComponent(hookId)}`;
