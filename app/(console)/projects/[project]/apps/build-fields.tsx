"use client";

import { useState } from "react";
import { FormRow } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { SegmentedControl } from "@/components/ui/segmented";
import type { BuildSettings } from "@/lib/apps/views";

const KINDS: { value: BuildSettings["kind"]; label: string }[] = [
  { value: "none", label: "No build" },
  { value: "commands", label: "Commands" },
];

/** No build, or install and build commands with the directory that they fill. */
export function BuildFields({ defaults }: { defaults: BuildSettings }) {
  const [kind, setKind] = useState(defaults.kind);
  const hasCommands = kind === "commands";
  return (
    <>
      <FormRow label="Build" name="buildKind" group>
        <SegmentedControl
          label="Build"
          name="buildKind"
          options={KINDS}
          defaultValue={defaults.kind}
          onValueChange={setKind}
        />
        <p className="text-ink-3 text-sm">
          {hasCommands
            ? "Both commands run in a sandbox. Only the install step may reach the package registry."
            : "The files are published as they are in the repository."}
        </p>
      </FormRow>
      {hasCommands && (
        <>
          <FormRow label="Install command" name="installCommand" hint="Leave it empty to skip the step">
            <Input
              mono
              defaultValue={defaults.installCommand ?? ""}
              placeholder="npm ci"
              autoCapitalize="none"
              spellCheck={false}
            />
          </FormRow>
          <FormRow label="Build command" name="buildCommand">
            <Input
              mono
              defaultValue={defaults.buildCommand ?? ""}
              placeholder="npm run build"
              autoCapitalize="none"
              spellCheck={false}
            />
          </FormRow>
        </>
      )}
      <FormRow
        label="Output directory"
        name="outputDirectory"
        hint="What is published, within the root directory"
      >
        <Input
          mono
          defaultValue={defaults.outputDirectory}
          placeholder={hasCommands ? "dist" : "the root directory itself"}
          autoCapitalize="none"
          spellCheck={false}
        />
      </FormRow>
    </>
  );
}
