"use client";

import { BookMarked, Lock, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useActionState, useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardFooter, CardHeader } from "@/components/ui/card";
import { Form, FormMessage } from "@/components/ui/form";
import { Note } from "@/components/ui/note";
import { Picker } from "@/components/ui/picker";
import { SegmentedControl } from "@/components/ui/segmented";
import { SubmitButton } from "@/components/ui/submit-button";
import type { AllowList } from "@/lib/integrations";
import { searchRepositories } from "../../../apps/source-search";
import { restrictRepositories } from "../../actions";
import { type Draft, type Listed, mergeLists, type Theirs } from "./merge-lists";

type Props = { list: AllowList; projectId: string; refusal: string | undefined };

/**
 * All that the account reaches, or only what is listed here; says which apps would stop before it is saved. What others save meanwhile
 * comes in beside what was chosen here.
 */
export function AllowListForm({ list, projectId, refusal }: Props) {
  const { draft, change, theirs } = useDraft(list);
  const { isRestricted, listed } = draft;
  const [state, dispatch, pending] = useActionState(restrictRepositories, undefined);
  const isSaved = state?.ok === true;
  const router = useRouter();
  useEffect(() => {
    if (state?.ok === false && state.code === "conflict") router.refresh();
  }, [state, router]);
  return (
    <Card className="max-w-[760px]">
      <CardHeader
        title={`What apps may use of ${list.account}`}
        description="Counts at once: when a source is chosen, for pushes, and at the next checkout. A renamed repository stays the same one."
      />
      <Form action={dispatch} state={state} pending={pending}>
        <input type="hidden" name="projectId" value={projectId} />
        <input type="hidden" name="integrationId" value={list.integrationId} />
        <input type="hidden" name="version" value={list.version} />
        {listed.map(({ externalId }) => (
          <input key={externalId} type="hidden" name="externalIds" value={externalId} />
        ))}
        <CardBody className="grid gap-4 pt-0">
          <SegmentedControl
            name="mode"
            label="What apps may use"
            value={isRestricted ? "listed" : "all"}
            onValueChange={(value) => change({ isRestricted: value === "listed" })}
            options={[
              { value: "all", label: "All it reaches" },
              { value: "listed", label: "Only these" },
            ]}
          />
          {isRestricted && (
            <Repositories
              {...{ list, listed, projectId, refusal }}
              onAdd={(one) => change({ listed: [...listed, one] })}
              onRemove={(id) => change({ listed: listed.filter((each) => each.externalId !== id) })}
            />
          )}
          {theirs && <ChangedMeanwhile theirs={theirs} />}
          <Consequences list={list} listed={isRestricted ? listed : null} />
          <FormMessage>{isSaved ? undefined : state?.message}</FormMessage>
        </CardBody>
        <CardFooter>
          <p role="status">{refusal ?? (isSaved ? "Saved." : "Nothing changes before it is saved.")}</p>
          <SubmitButton busy={pending} busyLabel="Saving" disabledReason={refusal}>
            Save
          </SubmitButton>
        </CardFooter>
      </Form>
    </Card>
  );
}

/** What is chosen, and what somebody else saved since the page was opened: the form is always made of the newest list. */
function useDraft(list: AllowList) {
  const [opened, setOpened] = useState(list);
  const [draft, setDraft] = useState<Draft>(draftOf(list));
  const [theirs, setTheirs] = useState<Theirs | null>(null);
  if (list.version !== opened.version) {
    const merged = mergeLists(draftOf(opened), draft, draftOf(list));
    setOpened(list);
    setDraft(merged.draft);
    setTheirs(merged.theirs);
  }
  return { draft, theirs, change: (some: Partial<Draft>) => setDraft((before) => ({ ...before, ...some })) };
}

const draftOf = ({ isRestricted, repositories }: AllowList): Draft => ({
  isRestricted,
  listed: repositories,
});

function ChangedMeanwhile({ theirs: { added, removed, isModeChanged } }: { theirs: Theirs }) {
  const changes = [
    ...(added.length > 0 ? [`added ${added.join(", ")}`] : []),
    ...(removed.length > 0 ? [`took out ${removed.join(", ")}`] : []),
    ...(isModeChanged ? ["changed what apps may use altogether"] : []),
  ];
  if (changes.length === 0) return null;
  return (
    <div role="status">
      <Note>
        <strong>Somebody else changed this list meanwhile.</strong> They {changes.join(" and ")}. What you
        chose here is kept beside it.
      </Note>
    </div>
  );
}

type RepositoriesProps = Props & {
  listed: readonly Listed[];
  onAdd: (one: Listed) => void;
  onRemove: (externalId: string) => void;
};

function Repositories({ list, listed, projectId, refusal, onAdd, onRemove }: RepositoriesProps) {
  const [round, setRound] = useState(0);
  const seen = useRef(new Map<string, string>());
  const find = async (query: string, signal: AbortSignal, isRefresh: boolean) => {
    const found = await searchRepositories(projectId, list.integrationId, query, signal, isRefresh);
    for (const item of found.items) seen.current.set(item.externalId, item.fullName);
    return {
      total: found.total,
      fetchedAt: found.fetchedAt,
      items: found.items.map((item) => ({
        value: item.externalId,
        label: item.fullName,
        icon: item.isPrivate ? <Lock aria-label="Private" /> : <BookMarked aria-hidden />,
        reason: listed.some(({ externalId }) => externalId === item.externalId)
          ? "Is listed already"
          : undefined,
      })),
    };
  };
  return (
    <div className="grid gap-3">
      {listed.length === 0 ? (
        <p className="text-ink-2 text-sm">No repository is listed: apps may use none.</p>
      ) : (
        <ul aria-label="Allowed repositories" className="divide-y divide-line border-line border-y">
          {listed.map(({ externalId, fullName }) => (
            <li key={externalId} className="flex min-h-11 items-center justify-between gap-4 text-sm">
              <span className="min-w-0 break-words font-medium">{fullName}</span>
              {!refusal && (
                <Button
                  size="sm"
                  variant="ghost"
                  aria-label={`Take ${fullName} from the list`}
                  onClick={() => onRemove(externalId)}
                >
                  <X aria-hidden />
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {!refusal && (
        <Picker
          // A new one after each choice: what was chosen is in the list above.
          key={round}
          aria-label="Add a repository"
          search={find}
          placeholder="Search for a repository to add"
          emptyLabel="No repository matches. This account may not reach it."
          onValueChange={(item) => {
            if (!item) return;
            onAdd({ externalId: item.value, fullName: seen.current.get(item.value) ?? item.label });
            setRound((n) => n + 1);
          }}
        />
      )}
    </div>
  );
}

/** Null: everything is allowed. */
function Consequences({ list, listed }: { list: AllowList; listed: readonly Listed[] | null }) {
  const stopped =
    listed === null
      ? []
      : list.apps.filter((app) => !listed.some(({ externalId }) => externalId === app.externalId));
  if (stopped.length === 0) {
    return (
      <Note tone="ok">
        <strong>No app stops.</strong> Every app that uses {list.account} now may go on with its repository.
      </Note>
    );
  }
  return (
    <Note tone="warn">
      <p>
        <strong>
          {stopped.length === 1 ? "One app stops deploying" : `${stopped.length} apps stop deploying`}
        </strong>{" "}
        until {stopped.length === 1 ? "its repository is" : "their repositories are"} listed again. What is
        live stays live.
      </p>
      <ul className="mt-1 list-disc pl-5">
        {stopped.map(({ id, name, repositoryName }) => (
          <li key={id}>
            {name}, from {repositoryName}
          </li>
        ))}
      </ul>
    </Note>
  );
}
