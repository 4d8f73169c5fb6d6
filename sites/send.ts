import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { cacheControl } from "@/sites/caching";
import { mediaType } from "@/sites/media-types";
import { parseRange } from "@/sites/range";

export type FileToSend = { folder: string; path: string; status: 200 | 404 };

/** Answers with a file [RFC 9110]: conditional requests, one range, HEAD. False when the file is gone. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  what: FileToSend,
): Promise<boolean> {
  const file = await openFile(join(what.folder, what.path));
  if (!file) return false;
  try {
    const { size, mtimeMs, mtime } = await file.stat();
    const etag = `"${size.toString(36)}-${Math.round(mtimeMs * 1000).toString(36)}"`;
    response.setHeader("content-type", mediaType(what.path));
    response.setHeader("cache-control", what.status === 200 ? cacheControl(what.path) : "no-cache");
    response.setHeader("etag", etag);
    response.setHeader("last-modified", mtime.toUTCString());
    response.setHeader("accept-ranges", "bytes");
    if (what.status === 200 && isFresh(request, etag, mtime)) return end(response, 304);
    const range = what.status === 200 ? rangeOf(request, etag, mtime, size) : null;
    if (range === "unsatisfiable") {
      response.setHeader("content-range", `bytes */${size}`);
      return end(response, 416);
    }
    const { start, end: last } = range ?? { start: 0, end: size - 1 };
    if (range) response.setHeader("content-range", `bytes ${start}-${last}/${size}`);
    response.setHeader("content-length", last - start + 1);
    response.writeHead(range ? 206 : what.status);
    if (request.method === "HEAD" || last < start) response.end();
    else await stream(file, response, start, last);
    return true;
  } finally {
    await file.close();
  }
}

function end(response: ServerResponse, status: number): true {
  response.writeHead(status).end();
  return true;
}

async function openFile(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return null;
    throw error;
  }
}

const SMALL_BYTES = 64 * 1024;

async function stream(
  file: FileHandle,
  response: ServerResponse,
  start: number,
  last: number,
): Promise<void> {
  const length = last - start + 1;
  if (length <= SMALL_BYTES) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, start);
    response.end(buffer.subarray(0, bytesRead));
    return;
  }
  try {
    await pipeline(file.createReadStream({ start, end: last, autoClose: false }), response);
  } catch (error) {
    // The browser went away; there is nobody left to tell.
    if (!response.destroyed) throw error;
  }
}

/** If-None-Match goes before If-Modified-Since, which only counts in whole seconds [RFC 9110, 13.2.2]. */
function isFresh({ headers }: IncomingMessage, etag: string, mtime: Date): boolean {
  const tags = headers["if-none-match"];
  if (tags !== undefined) return tags.split(",").some((tag) => ["*", etag, `W/${etag}`].includes(tag.trim()));
  const since = Date.parse(headers["if-modified-since"] ?? "");
  return !Number.isNaN(since) && Math.floor(mtime.getTime() / 1000) * 1000 <= since;
}

/** A range of another version than the one at hand is answered with the whole [RFC 9110, 13.1.5]. */
function rangeOf({ headers }: IncomingMessage, etag: string, mtime: Date, size: number) {
  const condition = headers["if-range"];
  const isSame = condition === undefined || condition === etag || condition === mtime.toUTCString();
  return isSame ? parseRange(headers.range, size) : null;
}
