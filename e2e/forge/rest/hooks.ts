import { eventContext } from "@/e2e/forge/hooks/common";
import { parcelForHook } from "@/e2e/forge/hooks/parcels";
import { sendTestPush } from "@/e2e/forge/hooks/test-push";
import { json, noContent, type Reply } from "@/e2e/forge/http/reply";
import { hookConfig, hookView } from "@/e2e/forge/present/hook";
import { timestamp } from "@/e2e/forge/state/clock";
import type { Hook, Repository } from "@/e2e/forge/state/model";
import { type Call, numberParam, readBody, requireUser } from "./call";
import { notFound } from "./errors";
import { checkEvents, readHookConfig, refuseHook } from "./hook-rules";
import { optionalFlag, optionalList } from "./input";
import { paginate } from "./pages";
import { repositoryFor } from "./repository-access";

const READ = ["read:repo_hook", "repo"];
const WRITE = ["write:repo_hook", "repo"];
const ADMIN = ["admin:repo_hook", "repo"];

export function listHooks(call: Call): Reply {
  const repository = repositoryFor(call, "admin", READ, "repository_hooks");
  const page = paginate(call, hooksOf(call, repository));
  return json(
    200,
    page.items.map((hook) => hookView(call.host, repository, hook)),
    page.headers,
  );
}

export function getHook(call: Call): Reply {
  const { repository, hook } = hookOf(call, READ);
  return json(200, hookView(call.host, repository, hook));
}

export async function createHook(call: Call): Promise<Reply> {
  const repository = repositoryFor(call, "admin", WRITE, "repository_hooks");
  const body = await readBody(call);
  const config = readHookConfig(body);
  const events = checkEvents(optionalList(body, "events") ?? ["push"]);
  refuseHook(call.host, hooksOf(call, repository), config, events);
  const hook: Hook = {
    ...config,
    id: call.host.store.id(),
    repositoryId: repository.id,
    events,
    active: optionalFlag(body, "active", true),
    lastResponse: { code: null, status: "unused", message: null },
    createdAt: timestamp(),
    updatedAt: timestamp(),
  };
  if (hook.secret) call.host.store.remember("hook_secret", hook.secret);
  call.host.store.state.hooks.push(hook);
  call.host.store.save();
  if (hook.active) ping(call, repository, hook);
  const view = hookView(call.host, repository, hook);
  return json(201, view, { location: view.url });
}

export async function updateHook(call: Call): Promise<Reply> {
  const { repository, hook } = hookOf(call, WRITE);
  const body = await readBody(call);
  if (body.config !== undefined) replaceConfig(call, repository, hook, body);
  const replaced = optionalList(body, "events") ?? hook.events;
  const removed = new Set(optionalList(body, "remove_events") ?? []);
  const added = optionalList(body, "add_events") ?? [];
  hook.events = checkEvents([...new Set([...replaced, ...added])].filter((event) => !removed.has(event)));
  hook.active = optionalFlag(body, "active", hook.active);
  hook.updatedAt = timestamp();
  call.host.store.save();
  return json(200, hookView(call.host, repository, hook));
}

export function deleteHook(call: Call): Reply {
  const { hook } = hookOf(call, ADMIN);
  const { state } = call.host.store;
  state.hooks = state.hooks.filter((one) => one.id !== hook.id);
  call.host.store.save();
  return noContent();
}

export function pingHook(call: Call): Reply {
  const { repository, hook } = hookOf(call, WRITE);
  ping(call, repository, hook);
  return noContent();
}

export function getHookConfig(call: Call): Reply {
  return json(200, hookConfig(hookOf(call, READ).hook));
}

/** Changes only what is named of the address, the secret and the form. */
export async function updateHookConfig(call: Call): Promise<Reply> {
  const { repository, hook } = hookOf(call, WRITE);
  const { url, contentType, insecureSsl, secret } = hook;
  const current = { url, content_type: contentType, insecure_ssl: insecureSsl, secret };
  replaceConfig(call, repository, hook, { config: { ...current, ...(await readBody(call)) } });
  hook.updatedAt = timestamp();
  call.host.store.save();
  return json(200, hookConfig(hook));
}

/** "Trigger the hook with the latest push, if it listens for pushes." */
export async function testHook(call: Call): Promise<Reply> {
  const { repository, hook } = hookOf(call, WRITE);
  await sendTestPush(call.host, repository, hook, requireUser(call));
  return noContent();
}

export function hookOf(call: Call, scopes: string[] = READ): { repository: Repository; hook: Hook } {
  const repository = repositoryFor(call, "admin", scopes, "repository_hooks");
  const hook = hooksOf(call, repository).find((one) => one.id === numberParam(call, "id"));
  if (!hook) throw notFound();
  return { repository, hook };
}

function hooksOf(call: Call, repository: Repository): Hook[] {
  return call.host.store.state.hooks.filter((hook) => hook.repositoryId === repository.id);
}

function replaceConfig(call: Call, repository: Repository, hook: Hook, body: Record<string, unknown>): void {
  const config = readHookConfig(body);
  const others = hooksOf(call, repository).filter((one) => one.id !== hook.id);
  refuseHook(call.host, others, config, hook.events);
  Object.assign(hook, config);
  if (hook.secret) call.host.store.remember("hook_secret", hook.secret);
}

function ping(call: Call, repository: Repository, hook: Hook): void {
  const { organization: _, ...context } = eventContext(call.host, repository, requireUser(call));
  const payload = {
    zen: "Half measures are as bad as nothing at all.",
    hook_id: hook.id,
    hook: hookView(call.host, repository, hook),
    ...context,
  };
  call.host.deliveries.send(parcelForHook(hook, "ping", null, payload));
}
