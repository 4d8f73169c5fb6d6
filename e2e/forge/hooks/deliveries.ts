import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultAction } from "@/e2e/forge/faults/fault";
import type { Faults } from "@/e2e/forge/faults/faults";
import { timestamp } from "@/e2e/forge/state/clock";
import { randomHex } from "@/e2e/forge/state/random";
import { writeAtomically } from "@/e2e/forge/state/store";
import { type HookAnswer, postHook } from "./post";
import { signatureHeaders } from "./sign";

/** One event for one address: a repository's hook, or a client's own webhook (hookId null). */
export interface Parcel {
  hookId: number | null;
  repositoryId: number | null;
  url: string;
  contentType: "json" | "form";
  secret: string | null;
  insecureSsl: boolean;
  event: string;
  action: string | null;
  payload: unknown;
  targetType: "repository" | "integration";
  targetId: number;
  /** Of hosts that do not call as GitHub does: all headers of one call. */
  headers?: (body: Buffer, guid: string) => Record<string, string>;
}

export interface Delivery {
  id: number;
  guid: string;
  hookId: number | null;
  repositoryId: number | null;
  event: string;
  action: string | null;
  url: string;
  deliveredAt: string;
  redelivery: boolean;
  duration: number;
  status: string;
  statusCode: number;
  requestHeaders: Record<string, string>;
  payload: unknown;
  responseHeaders: Record<string, string>;
  responseBody: string;
  fault: string | null;
}

export interface Deliveries {
  /** Sends without being waited for; never throws. */
  send(parcel: Parcel, again?: { guid: string }): void;
  all(): Delivery[];
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
  onAnswer(listener: (delivery: Delivery) => void): void;
  /** Nothing is recorded any more. */
  close(): void;
}

const KEPT = 2000;

export function openDeliveries(dataDir: string, faults: Faults, nextId: () => number): Deliveries {
  const folder = join(dataDir, "deliveries");
  mkdirSync(folder, { recursive: true });
  const known = readAll(folder);
  const underWay = new Set<Promise<void>>();
  const listeners: ((delivery: Delivery) => void)[] = [];
  const heldBack = new Map<number | null, () => Promise<void>>();
  let closed = false;

  const record = (delivery: Delivery) => {
    if (closed) return;
    known.push(delivery);
    writeAtomically(join(folder, `${delivery.id}.json`), JSON.stringify(delivery));
    while (known.length > KEPT) rmSync(join(folder, `${known.shift()?.id}.json`), { force: true });
    for (const listener of listeners) listener(delivery);
  };
  const attempt = async (parcel: Parcel, guid: string, redelivery: boolean, action: FaultAction | null) => {
    const sent = prepare(parcel, guid, action);
    const answer = await postHook(parcel.url, sent.headers, sent.body, parcel.insecureSsl);
    record(toDelivery(nextId(), parcel, guid, redelivery, sent.headers, answer, action));
  };
  const track = (work: Promise<void>) => {
    const tracked = work.catch(() => undefined).finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };

  const send = async (parcel: Parcel, guid: string, redelivery: boolean) => {
    const actions = faults.take(parcel.event, "delivery");
    for (const action of actions) if (action.kind === "delay") await sleep(action.ms);
    const kinds = new Map(actions.map((action) => [action.kind, action]));
    if (kinds.has("lose")) return;
    const spoiling =
      kinds.get("tamper") ??
      kinds.get("unsigned") ??
      kinds.get("truncate") ??
      kinds.get("disable_hook") ??
      null;
    const once = () => attempt(parcel, guid, redelivery, spoiling);
    if (kinds.has("reorder")) {
      heldBack.set(parcel.hookId, once);
      return;
    }
    await once();
    const duplicate = kinds.get("duplicate");
    if (duplicate?.kind === "duplicate") {
      await attempt(parcel, duplicate.newGuid ? randomUUID() : guid, true, duplicate);
    }
    const waiting = heldBack.get(parcel.hookId);
    heldBack.delete(parcel.hookId);
    await waiting?.();
  };

  return {
    send: (parcel, again) => track(send(parcel, again?.guid ?? randomUUID(), again !== undefined)),
    all: () => [...known],
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    onAnswer: (listener) => listeners.push(listener),
    close: () => {
      closed = true;
    },
  };
}

function prepare(parcel: Parcel, guid: string, fault: FaultAction | null) {
  const text = JSON.stringify(parcel.payload);
  const body = Buffer.from(
    parcel.contentType === "form" ? new URLSearchParams({ payload: text }).toString() : text,
  );
  const headers: Record<string, string> = parcel.headers?.(body, guid) ?? {
    accept: "*/*",
    "content-type": parcel.contentType === "form" ? "application/x-www-form-urlencoded" : "application/json",
    "user-agent": `GitHub-Hookshot/${randomHex(4).slice(0, 7)}`,
    "x-github-delivery": guid,
    "x-github-event": parcel.event,
    "x-github-hook-installation-target-id": String(parcel.targetId),
    "x-github-hook-installation-target-type": parcel.targetType,
    ...(parcel.hookId === null ? {} : { "x-github-hook-id": String(parcel.hookId) }),
    ...(fault?.kind === "unsigned" ? {} : signatureHeaders(parcel.secret, body)),
  };
  if (fault?.kind === "tamper") return { headers, body: tamper(body) };
  if (fault?.kind === "truncate")
    return { headers, body: body.subarray(0, fault.bytes ?? Math.floor(body.length / 2)) };
  return { headers, body };
}

/** Changes one digit of the commit ids: still JSON, no longer what was signed. */
function tamper(body: Buffer): Buffer {
  const changed = body
    .toString("utf8")
    .replace(/"after":"(.)/, (_, digit) => `"after":"${digit === "0" ? "1" : "0"}`);
  return Buffer.from(changed === body.toString("utf8") ? `${changed} ` : changed);
}

function toDelivery(
  id: number,
  parcel: Parcel,
  guid: string,
  redelivery: boolean,
  requestHeaders: Record<string, string>,
  answer: HookAnswer,
  fault: FaultAction | null,
): Delivery {
  return {
    id,
    guid,
    hookId: parcel.hookId,
    repositoryId: parcel.repositoryId,
    event: parcel.event,
    action: parcel.action,
    url: parcel.url,
    deliveredAt: timestamp(),
    redelivery,
    duration: answer.seconds,
    status: answer.status,
    statusCode: answer.statusCode,
    requestHeaders,
    payload: parcel.payload,
    responseHeaders: answer.headers,
    responseBody: answer.body,
    fault: fault?.kind ?? null,
  };
}

function readAll(folder: string): Delivery[] {
  return readdirSync(folder)
    .filter((name) => /^\d+\.json$/.test(name))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Delivery)
    .sort((a, b) => a.id - b.id);
}
