import { db, run } from "@/db";

/** `heard`: its calls tell of every push that we know of. `missed`: one was found by asking after the last call. */
export type Hearing = "never" | "heard" | "missed";

// A call that comes while the head is being read is no less heard for it.
const HEARING = {
  name: "hearing-of-hook",
  text: `select case
      when h.last_delivery_at is null then 'never'
      when exists (select 1 from pushes p where p.repository_id = h.repository_id and p.learned_from <> 'delivery'
        and p.created_at > h.last_delivery_at + interval '10 seconds') then 'missed'
      else 'heard' end as hearing
    from hooks h where h.id = $1`,
};

export async function hearingOf(hookId: string): Promise<Hearing> {
  const [row] = await run<{ hearing: Hearing }>(db(), HEARING, [hookId]);
  return row?.hearing ?? "never";
}
