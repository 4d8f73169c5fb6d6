export {
  closeDatabase,
  connectionConfig,
  type Database,
  db,
  type Executor,
  pool,
  type Transaction,
} from "@/db/client";
export { type IdPrefix, newId } from "@/db/id";
export { listen, type Subscription } from "@/db/listen";
export { prepared } from "@/db/prepared";
export * from "@/db/schema";
export { run, type Statement } from "@/db/statement";
