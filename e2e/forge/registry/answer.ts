import { readFileSync } from "node:fs";
import type { Host } from "@/e2e/forge/host";
import type { Exchange } from "@/e2e/forge/http/exchange";
import { json, type Reply } from "@/e2e/forge/http/reply";
import { type PublishedPackage, readPackages } from "./packages";

/** The npm registry, as far as `npm ci` and `npm install` use it. */
export function answerRegistry(host: Host, exchange: Exchange): Reply {
  const path = decodeURIComponent(exchange.path);
  if (path === "/-/ping") return json(200, {});
  if (path.startsWith("/-/npm/v1/security/")) return json(200, {});
  if (exchange.method !== "GET" && exchange.method !== "HEAD") {
    return json(405, { error: "This registry is read-only." });
  }
  const tarball = /^\/((?:@[^/]+\/)?[^/]+)\/-\/([^/]+)\.tgz$/.exec(path);
  const packages = readPackages(host.dataDir);
  if (tarball) return answerTarball(packages, tarball[1] ?? "", tarball[2] ?? "");
  const versions = packages.filter((one) => `/${one.manifest.name}` === path);
  if (versions.length === 0) return json(404, { error: `No package ${path.slice(1)} in this registry.` });
  return json(200, packument(host, versions));
}

function answerTarball(packages: PublishedPackage[], name: string, file: string): Reply {
  const found = packages.find((one) => one.manifest.name === name && tarballName(one) === file);
  if (!found) return json(404, { error: `No file ${file}.tgz of ${name} in this registry.` });
  return {
    status: 200,
    headers: { "content-type": "application/octet-stream" },
    body: readFileSync(found.file),
  };
}

function packument(host: Host, versions: PublishedPackage[]) {
  const name = versions[0]?.manifest.name ?? "";
  const latest = versions.at(-1)?.manifest.version ?? "";
  const entry = (one: PublishedPackage) => ({
    ...one.manifest,
    dist: {
      integrity: one.integrity,
      shasum: one.shasum,
      tarball: `${host.urls.registry}/${name}/-/${tarballName(one)}.tgz`,
    },
  });
  return {
    name,
    "dist-tags": { latest },
    versions: Object.fromEntries(versions.map((one) => [one.manifest.version, entry(one)])),
  };
}

function tarballName(one: PublishedPackage): string {
  return `${one.manifest.name.split("/").at(-1)}-${one.manifest.version}`;
}
