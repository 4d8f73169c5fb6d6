import { type SQL, sql } from "drizzle-orm";
import { type AnyPgColumn, check, text, timestamp } from "drizzle-orm/pg-core";
import { type IdPrefix, newId } from "@/db/id";

/** A primary key with the prefix that names its kind. */
export const id = (prefix: IdPrefix) =>
  text("id")
    .primaryKey()
    .$defaultFn(() => newId(prefix));

/** An instant, always with a zone. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

export const createdAt = () => instant("created_at").notNull().defaultNow();

/** A sealed value: `v1.<data key>.<nonce>.<ciphertext and tag>`, see lib/vault/envelope.ts. */
export const sealed = (name: string) => text(name);

/** The database refuses anything in a sealed column that is not shaped like a ciphertext. */
export const sealedCheck = (name: string, column: AnyPgColumn) =>
  check(name, sql`${column} ~ '^v1\\.dek_[0-9a-z]{20}\\.[A-Za-z0-9_-]{16}\\.[A-Za-z0-9_-]{22,}$'`);

/** The database refuses a value outside the union that the code knows. */
export const oneOf = (name: string, column: AnyPgColumn, values: readonly string[]) =>
  check(name, sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(", "))})`);

export const lowered = (column: AnyPgColumn): SQL => sql`lower(${column})`;
