import { and, eq, ne } from "drizzle-orm";
import { repositories, type Transaction } from "@/db";

/**
 * A delivery named the repository differently than we know it: it was renamed or transferred. The addresses change with the
 * name; their host does not, since a hook only ever speaks for its own provider instance.
 */
export async function followRename(tx: Transaction, repositoryId: string, fullName: string): Promise<void> {
  const [row] = await tx
    .select({
      old: repositories.fullName,
      cloneUrl: repositories.cloneUrl,
      webUrl: repositories.webUrl,
    })
    .from(repositories)
    .where(and(eq(repositories.id, repositoryId), ne(repositories.fullName, fullName)))
    .for("update");
  if (!row || !/^[\w.-]+\/[\w.-]+$/.test(fullName)) return;
  await tx
    .update(repositories)
    .set({
      fullName,
      cloneUrl: renamed(row.cloneUrl, row.old, fullName),
      webUrl: renamed(row.webUrl, row.old, fullName),
    })
    .where(eq(repositories.id, repositoryId));
}

function renamed(url: string, from: string, to: string): string {
  const at = url.lastIndexOf(`/${from}`);
  return at < 0 ? url : `${url.slice(0, at)}/${to}${url.slice(at + from.length + 1)}`;
}
