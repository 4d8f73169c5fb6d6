"use client";

import { BookMarked, GitBranch, Lock } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { FormRow } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Picker } from "@/components/ui/picker";
import { Select } from "@/components/ui/select";
import { formatTime } from "@/components/ui/time-format";
import { type ChosenRepository, searchBranches, searchRepositories } from "./source-search";

export type IntegrationOption = {
  id: string;
  label: string;
  /** The host has no list of repositories: one is typed. */
  isTyped: boolean;
  problem?: string | undefined;
};

export type SourceDefaults = {
  integrationId: string;
  repository?: { externalId: string; fullName: string; defaultBranch: string } | undefined;
  branch?: string | undefined;
  rootDirectory?: string | undefined;
};

type Props = {
  projectId: string;
  integrations: IntegrationOption[];
  defaults: SourceDefaults;
  /** Before the integration's select: the provider's mark. */
  mark?: ReactNode;
  onRepository?: ((repository: ChosenRepository | undefined) => void) | undefined;
};

/** Integration, repository, branch, root directory: what an app takes from its project's keyring. */
export function SourceFields({ projectId, integrations, defaults, mark, onRepository }: Props) {
  const [integrationId, setIntegrationId] = useState(defaults.integrationId);
  const [repository, setRepository] = useState<ChosenRepository | undefined>(defaults.repository);
  const seen = useRef(new Map<string, ChosenRepository>());
  const isTyped = integrations.find(({ id }) => id === integrationId)?.isTyped ?? false;
  const isUnchanged = repository?.externalId === defaults.repository?.externalId;

  const choose = (next: ChosenRepository | undefined) => {
    setRepository(next);
    onRepository?.(next);
  };

  const findRepositories = async (query: string, signal: AbortSignal, isRefresh: boolean) => {
    const found = await searchRepositories(projectId, integrationId, query, signal, isRefresh);
    for (const item of found.items) seen.current.set(item.externalId, item);
    return {
      total: found.total,
      fetchedAt: found.fetchedAt,
      items: found.items.map((item) => ({
        value: item.externalId,
        label: item.fullName,
        detail: isTyped ? `default branch ${item.defaultBranch}` : describe(item.language, item.pushedAt),
        icon: item.isPrivate ? <Lock aria-label="Private" /> : <BookMarked aria-hidden />,
        reason: reasonAgainst(item),
      })),
    };
  };

  const findBranches = async (query: string, signal: AbortSignal, isRefresh: boolean) => {
    if (!repository) return { items: [] };
    const found = await searchBranches(
      projectId,
      integrationId,
      repository.externalId,
      query,
      signal,
      isRefresh,
    );
    return {
      isCut: found.isCut,
      fetchedAt: found.fetchedAt,
      items: found.items.map((item) => ({
        value: item.name,
        label: item.name,
        detail: item.commit.slice(0, 7),
      })),
    };
  };

  return (
    <>
      <FormRow label="Integration" name="integrationId" hint="Only those of this project">
        <Select
          icon={mark}
          value={integrationId}
          onChange={(event) => {
            setIntegrationId(event.target.value);
            choose(undefined);
          }}
          options={integrations.map(({ id, label, problem }) => ({
            value: id,
            label: problem ? `${label}: ${problem}` : label,
            disabled: problem !== undefined,
          }))}
        />
      </FormRow>
      <FormRow
        label="Repository"
        name="repository"
        hint={
          isTyped
            ? "Its path below the integration's address"
            : "Followed by its id: a rename does not break it"
        }
      >
        <Picker
          key={integrationId}
          search={findRepositories}
          defaultValue={repository && { value: repository.externalId, label: repository.fullName }}
          placeholder={isTyped ? "Type its path or address" : "Search, or type owner/name"}
          emptyLabel={
            isTyped
              ? "There is no repository at this path, or this credential does not open it."
              : "No repository matches. This account may not reach it."
          }
          onValueChange={(item) => choose(item && seen.current.get(item.value))}
        />
      </FormRow>
      <FormRow label="Branch" name="branch" hint="A push to it deploys to production">
        <Picker
          key={repository?.externalId ?? "none"}
          search={findBranches}
          disabled={!repository}
          defaultValue={repository && branchChoice(isUnchanged ? defaults.branch : undefined, repository)}
          placeholder={repository ? "Search branches" : "Choose a repository first"}
          emptyLabel="No branch matches."
          icon={<GitBranch aria-hidden />}
        />
      </FormRow>
      <FormRow label="Root directory" name="rootDirectory" hint="Where the app lives in the repository">
        <Input
          mono
          defaultValue={defaults.rootDirectory ?? ""}
          placeholder="the whole repository"
          autoCapitalize="none"
          spellCheck={false}
        />
      </FormRow>
    </>
  );
}

const branchChoice = (branch: string | undefined, repository: ChosenRepository) => {
  const name = branch ?? repository.defaultBranch;
  return { value: name, label: name };
};

function reasonAgainst(item: { isAllowed: boolean; isArchived: boolean }): string | undefined {
  if (!item.isAllowed) return "Not on the integration's allow-list";
  return item.isArchived ? "Archived, cannot be deployed" : undefined;
}

function describe(language: string | null, pushedAt: string | null): string {
  const pushed = pushedAt
    ? `pushed ${formatTime(Date.parse(pushedAt), Date.now(), "UTC")}`
    : "no commits yet";
  return language ? `${language}, ${pushed}` : pushed;
}
