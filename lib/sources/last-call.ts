import { db, run } from "@/db";
import type { DeliveryOutcome } from "@/db/schema";
import type { LastCallView } from "@/lib/sources/views";

const LAST = {
  name: "last-call-of-hook",
  text: `select received_at as at, outcome, facts->>'kind' as kind,
      coalesce(facts->>'repositoryPath', facts->>'repositoryExternalId') as about
    from deliveries where repository_id = $1 and hook_id = $2 order by received_at desc limit 1`,
};

type Row = { at: Date; outcome: DeliveryOutcome; kind: string | null; about: string | null };

/** The last call of a hook, as far as it proved itself; null before the first one. */
export async function lastCallOf(hook: { id: string; repositoryId: string }): Promise<LastCallView | null> {
  const [row] = await run<Row>(db(), LAST, [hook.repositoryId, hook.id]);
  if (!row) return null;
  return { at: new Date(row.at).toISOString(), isOwn: !isForeign(row), sentence: sentenceFor(row) };
}

/** A push that was ignored can only be one of another repository. */
const isForeign = ({ outcome, kind }: Row): boolean => outcome === "ignored" && kind === "push";

function sentenceFor(row: Row): string {
  if (isForeign(row)) return `It was about another repository (${row.about ?? "it did not say which"}).`;
  switch (row.outcome) {
    case "ping":
      return "It was a test.";
    case "ignored":
      return row.kind === "malformed"
        ? "It could not be read. Choose application/json as its content type."
        : "It was not about a push.";
    default:
      return "It told of a push.";
  }
}
