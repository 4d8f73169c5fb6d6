"use client";

import { Check, Ellipsis, UserMinus } from "lucide-react";
import dynamic from "next/dynamic";
import { useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import type { ConfirmAction } from "@/components/ui/confirm-dialog";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/components/ui/menu";
import { toast } from "@/components/ui/toast";
import type { MemberView } from "@/lib/members";
import { ROLE_WORDS, type Role, roleLabel } from "./role-words";

const ConfirmDialog = dynamic(() => import("@/components/ui/confirm-dialog").then((it) => it.ConfirmDialog));

export type MenuActions = { changeRole: ConfirmAction; remove: ConfirmAction };

type Props = MenuActions & {
  person: MemberView;
  isYou: boolean;
  isLastOwner: boolean;
  yourRole: Role;
  project: { id: string; name: string };
  refusal: string | undefined;
};

type Asking = "owner" | "remove" | null;

/** What can be done with one person. Every entry that cannot be used says why. */
export function MemberMenu(props: Props) {
  const { person, refusal, project, changeRole, remove } = props;
  const [asking, setAsking] = useState<Asking>(null);
  const [isBusy, start] = useTransition();
  const trigger = (
    <Button
      variant="ghost"
      size="sm"
      square
      busy={isBusy}
      aria-label={`Manage ${person.name}`}
      disabledReason={refusal}
    >
      <Ellipsis aria-hidden />
    </Button>
  );
  if (refusal !== undefined) return trigger;
  const fields = { projectId: project.id, userId: person.id };
  const choose = (role: Role) => {
    if (role === "owner") return setAsking("owner");
    start(async () => {
      const answer = await changeRole(null, formOf({ ...fields, role }));
      if (!answer?.ok) toast({ tone: "bad", title: answer?.message ?? "The role was not changed." });
    });
  };
  const close = (isOpen: boolean) => !isOpen && setAsking(null);
  return (
    <>
      <Menu trigger={trigger} className="w-72">
        <MenuLabel>Role of {person.name}</MenuLabel>
        {ROLE_WORDS.map(({ role, label }) => (
          <MenuItem
            key={role}
            icon={<Check aria-hidden className={person.role === role ? "text-accent!" : "invisible"} />}
            disabledReason={person.role === role ? undefined : whyNot(props, role)}
            onSelect={() => person.role !== role && choose(role)}
          >
            {person.role === role ? `${label}, now` : `Make ${label.toLowerCase()}`}
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem
          danger
          icon={<UserMinus aria-hidden />}
          disabledReason={whyNotRemove(props)}
          onSelect={() => setAsking("remove")}
        >
          Remove from the project…
        </MenuItem>
      </Menu>
      {asking === "owner" && (
        <ConfirmDialog
          open
          onOpenChange={close}
          tone="primary"
          title={`Make ${person.name} an owner of ${project.name}?`}
          intro={`An owner may do everything here, also remove you. ${person.name} is ${roleLabel(person.role).toLowerCase()} now.`}
          confirmLabel={`Make ${person.name} an owner`}
          busyLabel="Changing"
          fields={{ ...fields, role: "owner" }}
          action={changeRole}
        />
      )}
      {asking === "remove" && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={`Remove ${person.name} from ${project.name}?`}
          intro="Access ends with their next request. Open pages and unfinished handshakes end as well."
          consequences={[
            { title: "Invitations that they sent and nobody accepted end." },
            { title: "To come back they need a new invitation." },
          ]}
          stays={
            <>
              <strong>What they connected and deployed stays.</strong> Hand their accounts over on the
              Integrations page if they should not be used any more.
            </>
          }
          confirmLabel={`Remove ${person.name}`}
          busyLabel="Removing"
          fields={fields}
          action={remove}
        />
      )}
    </>
  );
}

function formOf(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

function whyNot({ person, yourRole, isLastOwner }: Props, role: Role): string | undefined {
  if (yourRole !== "owner" && person.role === "owner") return "Only an owner may change an owner.";
  if (yourRole !== "owner" && role === "owner") return "Only an owner may make owners.";
  if (isLastOwner) return "A project keeps at least one owner.";
  return undefined;
}

function whyNotRemove({ person, yourRole, isYou }: Props): string | undefined {
  if (isYou) return "To go yourself, leave the project below.";
  if (yourRole !== "owner" && person.role === "owner") return "Only an owner may remove an owner.";
  return undefined;
}
