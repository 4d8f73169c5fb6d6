import { json, type Reply } from "@/e2e/forge/http/reply";
import { repositoryView } from "@/e2e/forge/present/repository";
import { canSee } from "@/e2e/forge/state/access";
import { accountById, findAccount, fullName } from "@/e2e/forge/state/find";
import type { Repository, State } from "@/e2e/forge/state/model";
import type { Call } from "./call";
import { validationFailed } from "./errors";
import { paginate } from "./pages";
import { permissionOf } from "./repositories";

/** "Only the first 1000 search results are available". */
const FINDABLE = 1000;

interface Question {
  words: string[];
  owners: string[];
  places: Set<string>;
  forks: "no" | "yes" | "only";
  visibility: "public" | "private" | null;
  archived: boolean | null;
  names: string[];
}

export function searchRepositories(call: Call): Reply {
  const text = call.query.get("q")?.trim();
  if (!text) throw validationFailed({ resource: "Search", field: "q", code: "missing" });
  const { state } = call.host.store;
  const question = readQuestion(text);
  checkOwners(state, question);
  const found = state.repositories
    .filter((one) => canSee(state, one, call.viewer) && fits(state, one, question))
    .map((repository) => ({ repository, score: scoreOf(repository, question) }));
  const sorted = sortFound(call, found);
  const page = paginate(call, sorted.slice(0, FINDABLE));
  const items = page.items.map(({ repository, score }) => ({
    ...repositoryView(call.host.urls, state, repository, permissionOf(call, repository)),
    score,
  }));
  return json(200, { total_count: found.length, incomplete_results: false, items }, page.headers);
}

function readQuestion(text: string): Question {
  const question: Question = {
    words: [],
    owners: [],
    places: new Set(),
    forks: "no",
    visibility: null,
    archived: null,
    names: [],
  };
  for (const term of text.match(/"[^"]*"|\S+/g) ?? []) readTerm(question, term);
  if (question.places.size === 0) question.places = new Set(["name", "description"]);
  return question;
}

function readTerm(question: Question, term: string): void {
  const [, key = "", value = ""] = /^([a-z]+):(.*)$/i.exec(term) ?? [];
  if (key === "user" || key === "org") question.owners.push(value.toLowerCase());
  else if (key === "repo") question.names.push(value.toLowerCase());
  else if (key === "in") for (const place of value.split(",")) question.places.add(place);
  else if (key === "fork") question.forks = value === "true" ? "yes" : value === "only" ? "only" : "no";
  else if (key === "is" && (value === "public" || value === "private")) question.visibility = value;
  else if (key === "archived") question.archived = value === "true";
  else if (!key) question.words.push(term.replaceAll('"', "").toLowerCase());
}

/** A search only in accounts that do not exist is refused, as GitHub does. */
function checkOwners(state: State, question: Question): void {
  const { owners } = question;
  if (owners.length === 0 || owners.some((owner) => findAccount(state, owner))) return;
  throw validationFailed({
    resource: "Search",
    field: "q",
    code: "invalid",
    message:
      "The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them.",
  });
}

function fits(state: State, repository: Repository, question: Question): boolean {
  const owner = accountById(state, repository.ownerId).login.toLowerCase();
  if (question.owners.length > 0 && !question.owners.includes(owner)) return false;
  if (question.names.length > 0 && !question.names.includes(fullName(state, repository).toLowerCase()))
    return false;
  if (question.forks === "no" && repository.fork) return false;
  if (question.forks === "only" && !repository.fork) return false;
  if (question.visibility && (question.visibility === "private") !== repository.private) return false;
  if (question.archived !== null && question.archived !== repository.archived) return false;
  return question.words.every((word) => haystack(repository, question).includes(word));
}

function haystack(repository: Repository, question: Question): string {
  const parts = [repository.name];
  if (question.places.has("description")) parts.push(repository.description);
  return parts.join(" ").toLowerCase();
}

function scoreOf(repository: Repository, question: Question): number {
  const name = repository.name.toLowerCase();
  if (question.words.includes(name)) return 3;
  return question.words.some((word) => name.startsWith(word)) ? 2 : 1;
}

interface Found {
  repository: Repository;
  score: number;
}

function sortFound(call: Call, found: Found[]): Found[] {
  const byUpdate = call.query.get("sort") === "updated";
  const sorted = [...found].sort((a, b) =>
    byUpdate ? compare(b.repository.pushedAt, a.repository.pushedAt) : b.score - a.score,
  );
  return byUpdate && call.query.get("order") === "asc" ? sorted.reverse() : sorted;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
