import { db, run } from "@/db";

/** `heard`: its calls tell of every push that we know of. `missed`: one was found by asking that no call told of, and none came since. */
export type Hearing = "never" | "heard" | "missed";

// A push is told by the call that names its ref and its commit, however long the console took to decide about it or was reading the
// head already. Of a commit that the head had before, only a call after that time counts: a branch may go back and forth.
const HEARING = {
  name: "hearing-of-hook",
  text: `with calls as (
      select d.push_id, d.received_at, change->>'ref' as ref, change->>'after' as commit
      from deliveries d cross join lateral jsonb_array_elements(coalesce(d.facts->'changes', jsonb_build_array(d.facts))) change
      where d.hook_id = $1 and d.outcome in ('push', 'known', 'deciding')
        and d.repository_id = (select repository_id from hooks where id = $1)
    )
    select case
      when h.last_delivery_at is null then 'never'
      when exists (select 1 from pushes p where p.repository_id = h.repository_id and p.learned_from <> 'delivery'
        and p.created_at > greatest(h.last_delivery_at, (select max(received_at) from calls))
        and not exists (select 1 from calls c where c.push_id = p.id
          or (c.ref = p.ref and c.commit is not distinct from p.commit
            and c.received_at > coalesce((select max(earlier.created_at) from pushes earlier
              where earlier.repository_id = p.repository_id and earlier.ref = p.ref and earlier.seq < p.seq
                and earlier.commit is not distinct from p.commit), '-infinity')))) then 'missed'
      else 'heard' end as hearing
    from hooks h where h.id = $1`,
};

/** Whether a hook's calls tell of what is pushed. */
export async function hearingOf(hookId: string): Promise<Hearing> {
  const [row] = await run<{ hearing: Hearing }>(db(), HEARING, [hookId]);
  return row?.hearing ?? "never";
}
