import { type Executor, newId, run, type Transaction } from "@/db";
import type { LearnedFrom, PushKind } from "@/db/schema";

/** What we last knew of a ref. `seq` counts its observed changes. */
export type Head = { commit: string | null; seq: number; etag: string | null };

/** One ref of one repository of one project. */
export type RefPlace = { projectId: string; repositoryId: string; ref: string };

const READ = `select commit, seq::int as seq, etag from heads where repository_id = $1 and ref = $2`;
const LOCK_HEAD = { name: "lock-head", text: `${READ} for update` };
const READ_HEAD = { name: "read-head", text: READ };
const ADD_HEAD = {
  name: "add-head",
  text: `insert into heads (project_id, repository_id, ref) values ($3, $1, $2) on conflict do nothing`,
};

/** Locks a ref's head until the transaction ends: every observer of one ref takes its turn here. */
export async function lockHead(tx: Transaction, place: RefPlace): Promise<Head> {
  const key = [place.repositoryId, place.ref];
  const [head] = await run<Head>(tx, LOCK_HEAD, key);
  if (head) return head;
  await run(tx, ADD_HEAD, [...key, place.projectId]);
  const [added] = await run<Head>(tx, LOCK_HEAD, key);
  if (!added) throw new Error(`The head of ${place.ref} cannot be kept.`);
  return added;
}

const LOCK_APPS = {
  name: "lock-followers",
  text: `select a.id from apps a join sources s on s.app_id = a.id where s.repository_id = $1
    order by a.id for no key update of a`,
};

/**
 * Locks what several changes of one repository will need, in everybody's order (heads, then apps by id), so that two deliveries
 * that list their changes differently never wait for each other. One change needs no preparation.
 */
export async function lockPlaces(tx: Transaction, places: readonly RefPlace[]): Promise<void> {
  const [first, ...more] = [...places].sort((a, b) => (a.ref < b.ref ? -1 : 1));
  if (!first || more.length === 0) return;
  for (const place of [first, ...more]) await lockHead(tx, place);
  await run(tx, LOCK_APPS, [first.repositoryId]);
}

/** What we know of a ref without waiting for anybody. */
export async function readKnownHead(executor: Executor, place: RefPlace): Promise<Head> {
  const [head] = await run<Head>(executor, READ_HEAD, [place.repositoryId, place.ref]);
  return head ?? { commit: null, seq: 0, etag: null };
}

export type PushFacts = { message: string; author: string; pusher: string };

export type NewPush = RefPlace & {
  kind: PushKind;
  before: string | null;
  commit: string | null;
  facts: PushFacts;
  learnedFrom: LearnedFrom;
  /** The delivery that told of it: it is concluded on the way, where no other push was its outcome before. */
  deliveryId: string | null;
};

const MOVE = {
  name: "move-head",
  text: `with moved as (
      update heads set commit = $7, seq = seq + 1, etag = null, updated_at = now()
      where repository_id = $3 and ref = $4 returning seq
    ), told as (
      update deliveries set outcome = 'push', push_id = coalesce(push_id, $1) where id = $12
    )
    insert into pushes (id, project_id, repository_id, ref, seq, kind, before, commit, message, author, pusher,
      learned_from)
    select $1, $2, $3, $4, seq, $5, $6, $7, $8, $9, $10, $11 from moved returning seq::int as seq`,
};

/** Moves a locked head and numbers the push that this is. */
export async function moveHead(tx: Transaction, push: NewPush): Promise<{ pushId: string; seq: number }> {
  const pushId = newId("psh");
  const [row] = await run<{ seq: number }>(tx, MOVE, [
    pushId,
    push.projectId,
    push.repositoryId,
    push.ref,
    push.kind,
    push.before,
    push.commit,
    push.facts.message,
    push.facts.author,
    push.facts.pusher,
    push.learnedFrom,
    push.deliveryId,
  ]);
  if (!row) throw new Error(`The head of ${push.ref} was not locked.`);
  return { pushId, seq: row.seq };
}

const SET_KNOWN = {
  name: "set-known-head",
  text: `update heads set commit = $3, seq = seq + 1, etag = null, updated_at = now()
    where repository_id = $1 and ref = $2`,
};

/** Records a head as known, without a push: an app starts to follow it, and deploys it as its first. */
export async function setKnownHead(tx: Transaction, place: RefPlace, commit: string): Promise<void> {
  const head = await lockHead(tx, place);
  if (head.commit !== commit) await run(tx, SET_KNOWN, [place.repositoryId, place.ref, commit]);
}

const SET_ETAG = {
  name: "set-head-etag",
  text: `update heads set etag = $4 where repository_id = $1 and ref = $2 and seq = $3 and etag is distinct from $4`,
};

/** Keeps the validator of a reading for the next one, if the head is still what was read. */
export async function keepEtag(
  executor: Executor,
  { repositoryId, ref }: RefPlace,
  { seq, etag }: { seq: number; etag: string | null },
): Promise<void> {
  await run(executor, SET_ETAG, [repositoryId, ref, seq, etag]);
}

const PUSH_OF_HEAD = {
  name: "push-of-head",
  text: "select id from pushes where repository_id = $1 and ref = $2 and seq = $3",
};

/** The push that brought a head to where it is; null where it was only recorded as known. */
export async function findPushOfHead(
  executor: Executor,
  { repositoryId, ref }: RefPlace,
  seq: number,
): Promise<string | null> {
  const [row] = await run<{ id: string }>(executor, PUSH_OF_HEAD, [repositoryId, ref, seq]);
  return row?.id ?? null;
}
