"use client";

import { useState } from "react";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { ROLE_WORDS, type Role } from "./role-words";

/** Which role, and what it may do, as it is chosen. */
export function RoleField({ mayOwn }: { mayOwn: boolean }) {
  const [chosen, setChosen] = useState<Role>("member");
  const words = ROLE_WORDS.find(({ role }) => role === chosen);
  return (
    <Field label="Role" name="role" hint={words?.may}>
      <Select
        value={chosen}
        onChange={(event) => setChosen(event.target.value as Role)}
        options={ROLE_WORDS.map(({ role, label }) => {
          const isRefused = role === "owner" && !mayOwn;
          return {
            value: role,
            label: isRefused ? `${label} (only an owner may choose this)` : label,
            disabled: isRefused,
          };
        })}
      />
    </Field>
  );
}
