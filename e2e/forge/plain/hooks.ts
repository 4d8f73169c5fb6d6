import type { Host } from "@/e2e/forge/host";
import type { Exchange } from "@/e2e/forge/http/exchange";
import { noContent, type Reply } from "@/e2e/forge/http/reply";
import { timestamp } from "@/e2e/forge/state/clock";
import type { PlainHook, Repository } from "@/e2e/forge/state/model";
import type { Caller } from "./access";
import type { PlainKind } from "./kinds";

/** One call to a plain host's API. */
export type Call = { host: Host; caller: Caller; params: Record<string, string>; exchange: Exchange };
export type Handler = (call: Call) => Reply | Promise<Reply>;

export const hooksOf = ({ store }: Host, kind: PlainKind, { id }: Repository): PlainHook[] =>
  store.state.plainHooks.filter((one) => one.kind === kind && one.repositoryId === id);

/** The hook that a call's address names. */
export const hookNamed = ({ host, params }: Call, kind: PlainKind, repository: Repository) =>
  hooksOf(host, kind, repository).find(({ id }) => String(id) === params.hook);

type Paging = { size: string; usual: number; most: number };

/** One page of a list, as its query asks for it. */
export function pageOf<T>(items: readonly T[], { query }: Exchange, { size, usual, most }: Paging): T[] {
  const count = Math.min(Number(query.get(size) ?? usual), most);
  const page = Number(query.get("page") ?? 1);
  return items.slice((page - 1) * count, page * count);
}

/** Keeps a new hook; its secret is one that the leak scanner knows. */
export function keepHook({ store }: Host, values: Omit<PlainHook, "id" | "createdAt">): PlainHook {
  const hook: PlainHook = { ...values, id: store.id(), createdAt: timestamp() };
  if (hook.secret) store.remember("hook_secret", hook.secret);
  store.state.plainHooks.push(hook);
  store.save();
  return hook;
}

export function removeHook({ host: { store } }: Call, hook: PlainHook): Reply {
  const { state } = store;
  state.plainHooks = state.plainHooks.filter((one) => one !== hook);
  store.save();
  return noContent();
}
