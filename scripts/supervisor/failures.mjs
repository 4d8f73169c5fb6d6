import { Refusal } from "../progress.mjs";

const SENTENCES = {
  ENOSPC: (where) => `The disk that holds ${where} is full. Free some space, then start again.`,
  EDQUOT: (where) => `The disk quota for ${where} is used up. Free some space, then start again.`,
  EACCES: (where) =>
    `${where} may not be written by this user. Change its owner, or set DATA_DIR to another folder.`,
  EPERM: (where) =>
    `${where} may not be written by this user. Change its owner, or set DATA_DIR to another folder.`,
  EROFS: (where) => `${where} is on a read-only file system. Set DATA_DIR to a folder that can be written.`,
  ENOTDIR: (where) => `${where} is not a folder. Set DATA_DIR to one.`,
  EEXIST: (where) => `${where} is not a folder. Set DATA_DIR to one.`,
  ELOOP: (where) => `${where} is a link that leads nowhere. Set DATA_DIR to a folder.`,
};

/** Puts a failure of the system into words that a person can act on; anything unknown stays as it is. */
export function explain(error, where) {
  const code = error.code ?? codeInText(error.message);
  const sentence = SENTENCES[code];
  return sentence ? new Refusal(sentence(where), { cause: error }) : error;
}

/** PostgreSQL reports by text what Node reports by code. */
function codeInText(text = "") {
  if (text.includes("No space left on device")) return "ENOSPC";
  if (text.includes("Disk quota exceeded")) return "EDQUOT";
  if (text.includes("Read-only file system")) return "EROFS";
  return undefined;
}
