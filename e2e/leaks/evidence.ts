/** Where a scan looks. */
export type Place =
  | "database"
  | "log"
  | "data directory"
  | "published site"
  | "response"
  | "arguments of a process"
  | "environment of a process";

/** One thing that a run left behind, or let be seen while it went on. */
export type Evidence = {
  place: Place;
  /** A table, a file, an address, a command line: for whoever has to find the leak. */
  where: string;
  bytes: Buffer;
  /** Of a response: the request that it answers. */
  request?: { method: string; url: string };
};
