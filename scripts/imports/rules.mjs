import {
  FOR_BROWSERS,
  KNOWS_NEXT,
  NARROWER,
  OPENERS,
  ORDER,
  SIDE_DOORS,
  SOCKETS,
  WITHOUT_DATABASE,
} from "./table.mjs";

/**
 * Each rule looks at one import (or one file) and answers with a sentence that says where to go instead, or nothing.
 * @type {Array<(source: import("./read.mjs").Source, found: import("./read.mjs").Import) => string | undefined>}
 */
export const IMPORT_RULES = [
  acrossFolders,
  testingStaysOut,
  appSpeaksThroughLib,
  componentsGetProps,
  frontDoorsStaySmall,
  throughTheIndex,
  libInOrder,
  databaseIsNotForAll,
  databaseStandsAlone,
  onlySomeKnowNext,
  oneProviderAtATime,
  socketsInOnePlace,
  secretsOpenInOnePlace,
];

export const FILE_RULES = [environmentInOnePlace, fetchInOnePlace, noOddsAndEnds];

const SERVER_FOLDERS = ["server", "worker", "sites"];
const topOf = (path) => path.split("/")[0];
const isIn = (path, places) => places.some((place) => path.startsWith(place));

/** `lib/vault/seal.ts` and `lib/vault` are of the module `vault`, `lib/env.ts` is the module `env`. */
function libModule(path) {
  return path.startsWith("lib/") ? path.split("/")[1].replace(/\.tsx?$/, "") : undefined;
}

/** What may refer to its own files by `./`: a module of lib, a part of components, any other top folder. */
function homeOf(path) {
  const [top, second = ""] = path.split("/");
  return top === "lib" || top === "components" ? `${top}/${second.replace(/\.tsx?$/, "")}` : top;
}

function acrossFolders(source, found) {
  if (!found.isRelative || homeOf(source.path) === homeOf(found.target)) return undefined;
  return `leaves its folder by "..". Write "@/${found.target}", so that what depends on what can be read off.`;
}

function testingStaysOut(_source, found) {
  if (!found.isOwn || !isIn(found.target, ["e2e/", "lib/testing", "scripts/"])) return undefined;
  return "is for tests and for starting. The product knows neither: reach a sandbox host by configuration only.";
}

function appSpeaksThroughLib(source, found) {
  if (!isIn(source.path, ["app/", "proxy.ts"]) || found.isType) return undefined;
  if (/^(db|lib\/vault)(\/|$)/.test(found.target) || /^(drizzle-orm|pg)(\/|$)/.test(found.specifier)) {
    return "is out of reach for pages and actions. Call a verb or a query of lib/<module>, which checks the permission and names the columns.";
  }
  return undefined;
}

function componentsGetProps(source, found) {
  if (!source.path.startsWith("components/") || found.isType || !found.isOwn) return undefined;
  if (isIn(found.target, ["components/"]) || isForBrowsers(found.target)) return undefined;
  return `is not for components: they get data and actions as props. Of lib they may import types, and ${FOR_BROWSERS.join(", ")}.`;
}

const isForBrowsers = (target) =>
  target === "lib/errors" ||
  (target.startsWith("lib/") && FOR_BROWSERS.some((name) => target.endsWith(`/${name}`)));

function frontDoorsStaySmall(source, found) {
  if (!SERVER_FOLDERS.includes(topOf(source.path)) || !found.isOwn) return undefined;
  if (!isIn(found.target, ["app/", "components/"])) return undefined;
  return "is React. A process speaks to lib; move what both need to lib/<module>.";
}

function throughTheIndex(source, found) {
  const isOutside = ["app", "components", ...SERVER_FOLDERS].includes(topOf(source.path));
  if (!isOutside || found.isType || !/^lib\/(?!testing\/)/.test(found.target)) return undefined;
  const depth = found.target.split("/").length;
  if (depth === 2 || isForBrowsers(found.target)) return undefined;
  if (topOf(source.path) === "server" && SIDE_DOORS.includes(found.target)) return undefined;
  return `reaches into a module. Import "@/lib/${libModule(found.target)}" and export what is needed from its index.`;
}

function libInOrder(source, found) {
  const from = libModule(source.path);
  const to = found.isOwn ? libModule(found.target) : undefined;
  if (!from || !to || from === to) return undefined;
  if (!ORDER.includes(from) || !ORDER.includes(to)) {
    return `has no place in the order of modules. Give lib/${ORDER.includes(to) ? from : to} one in scripts/imports/table.mjs.`;
  }
  const allowed = NARROWER[from] ?? ORDER.slice(0, ORDER.indexOf(from));
  if (allowed.includes(to)) return undefined;
  return `comes after lib/${from} in the order of modules. Let the caller pass what is needed, or move the rule to lib/${to}.`;
}

function databaseIsNotForAll(source, found) {
  const from = libModule(source.path);
  const isDatabase = /^db(\/|$)/.test(found.target) || /^(drizzle-orm|pg)(\/|$)/.test(found.specifier);
  if (!isDatabase) return undefined;
  if (topOf(source.path) === "components" && !found.isType)
    return "is the database. Components get views as props.";
  if (!from || !WITHOUT_DATABASE.includes(from)) return undefined;
  return `is the database, and lib/${from} works without one. The caller loads and stores.`;
}

function databaseStandsAlone(source, found) {
  if (!source.path.startsWith("db/") || !found.isOwn || isIn(found.target, ["db", "lib/env"]))
    return undefined;
  return "is above the database. db imports drizzle, the driver and lib/env.ts only.";
}

function onlySomeKnowNext(source, found) {
  if (found.isOwn || !/^next(-auth)?(\/|$)/.test(found.specifier) || isIn(source.path, KNOWS_NEXT))
    return undefined;
  return "is Next. Only pages, components, lib/action.ts, lib/route.ts, lib/auth and server/index.ts know it; take what is needed as an argument.";
}

function oneProviderAtATime(source, found) {
  const named = found.target.match(/^lib\/providers\/([a-z-]+)\//)?.[1];
  const isShared = /^lib\/providers(\/(index|provider|errors|registry|grant|repository-path))?$/.test(
    found.target,
  );
  if (!found.target.startsWith("lib/providers") || isShared) return undefined;
  const name = named ?? found.target.split("/")[2];
  if (source.path.startsWith(`lib/providers/${name}/`) || source.path === "lib/providers/registry.ts")
    return undefined;
  return `names one provider. Ask lib/providers for it by its id: sourceProvider(id).`;
}

const SOCKET_MODULES = /^(node:)?(child_process|cluster|net|tls|http|https|http2|dgram|dns)(\/|$)|^undici$/;

function socketsInOnePlace(source, found) {
  if (found.isType || !SOCKET_MODULES.test(found.specifier) || isIn(source.path, SOCKETS)) return undefined;
  if (isOnlyText(found)) return undefined;
  return "opens sockets or starts processes. Use lib/egress for a request, worker/exec.ts for a command.";
}

/** Reading an address's form opens nothing. */
const isOnlyText = ({ names }) =>
  names.length > 0 &&
  names.every((name) => /^(type .*|isIP(v[46])?|BlockList|SocketAddress|STATUS_CODES)$/.test(name));

function secretsOpenInOnePlace(source, found) {
  const isVault = found.target === "lib/vault" || found.target.startsWith("lib/vault/");
  if (!found.isOwn || !isVault || source.path.startsWith("lib/vault/") || OPENERS.includes(source.path))
    return undefined;
  const isWhole = !found.isType && found.names.length === 0;
  if (!isWhole && !found.names.some((name) => /^open(\s|$)/.test(name))) return undefined;
  return `opens a ciphertext. Only ${OPENERS.join(", ")} do: ask one of them for what is needed.`;
}

function environmentInOnePlace(source) {
  if (source.path === "lib/env.ts" || !/\bprocess\s*\.\s*env\b|\bprocess\[/.test(source.text))
    return undefined;
  return "reads process.env. Add the setting to lib/env.ts and call env().";
}

function fetchInOnePlace(source) {
  const isServerSide =
    ["lib", "worker"].includes(topOf(source.path)) && !source.path.startsWith("lib/egress/");
  if (!isServerSide || !/(?<![.\w#])fetch\s*\(/.test(source.text)) return undefined;
  return "calls fetch. Use egressFetch of lib/egress, which checks where a request goes, how long and how large.";
}

function noOddsAndEnds(source) {
  const folder = source.path
    .split("/")
    .slice(0, -1)
    .find((part) => /^(utils?|helpers?|services?|types)$/.test(part));
  return (
    folder && `lies in "${folder}". A thing lives with the concept it belongs to; name the folder after that.`
  );
}
