/** A file to write: its text or bytes, a symbolic link, an executable; null removes it. */
export type FileContent =
  | string
  | Uint8Array
  | { base64: string }
  | { symlink: string }
  | { executable: string }
  | null;

export type Files = Record<string, FileContent>;

/** How git keeps it: the mode of its entry and the content of its blob. */
export function fileBytes(content: Exclude<FileContent, null>): { mode: string; bytes: Buffer } {
  if (typeof content === "string") return { mode: "100644", bytes: Buffer.from(content) };
  if (content instanceof Uint8Array) return { mode: "100644", bytes: Buffer.from(content) };
  if ("base64" in content) return { mode: "100644", bytes: Buffer.from(content.base64, "base64") };
  if ("symlink" in content) return { mode: "120000", bytes: Buffer.from(content.symlink) };
  return { mode: "100755", bytes: Buffer.from(content.executable) };
}
