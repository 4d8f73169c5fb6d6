import { and, eq, isNotNull } from "drizzle-orm";
import { db, mails } from "@/db";
import { mailPlace } from "@/lib/mail/mail-body";
import { type Resealed, resealAll, resealRow } from "@/lib/vault";

/** Seals the mails that wait with the instance's current data key. One that ends meanwhile is erased. */
export const resealMails = (): Promise<Resealed> =>
  resealAll(
    () => db().select().from(mails).where(isNotNull(mails.bodySealed)),
    ({ id, bodySealed }) =>
      resealRow({ bodySealed: { place: mailPlace(id), sealed: bodySealed } }, async (tx, next) => {
        const stored = await tx
          .update(mails)
          .set(next)
          .where(and(eq(mails.id, id), eq(mails.bodySealed, bodySealed ?? "")))
          .returning({ id: mails.id });
        return stored.length === 1;
      }),
  );
