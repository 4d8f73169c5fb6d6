import type { Executor } from "@/db";
import type { Secret } from "@/lib/secret";
import { open, seal } from "@/lib/vault";

/** What a mail says, sealed for its row alone. It is never replaced, so its generation stays 1. */
export const mailPlace = (mailId: string) => ({
  projectId: null,
  table: "mails",
  rowId: mailId,
  field: "body",
  origin: "",
  generation: 1,
});

export const sealMailBody = (executor: Executor, mailId: string, body: Secret): Promise<string> =>
  seal(executor, mailPlace(mailId), body);

/** The only place that opens mails. Throws VaultError. */
export const openMailBody = (executor: Executor, mailId: string, sealed: string): Promise<Secret> =>
  open(executor, mailPlace(mailId), sealed);
