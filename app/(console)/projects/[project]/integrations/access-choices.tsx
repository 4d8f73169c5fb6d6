import { Code } from "@/components/ui/code";
import type { AccessChoiceView } from "@/lib/integrations";

type Props = {
  /** Unique on its page. */
  id: string;
  choices: AccessChoiceView[];
  chosen?: string | undefined;
};

/** What to ask for: each way with its scopes, and what the chosen one really permits. Part of the form that starts the handshake. */
export function AccessChoices({ id, choices, chosen = choices[0]?.id }: Props) {
  return (
    <fieldset className="w-full">
      <legend className="mb-2 text-ink-3 text-xs">Asks for access to</legend>
      <div className="grid gap-2">
        {choices.map((choice) => (
          <Choice key={choice.id} id={`${id}-${choice.id}`} choice={choice} isChosen={choice.id === chosen} />
        ))}
      </div>
    </fieldset>
  );
}

function Choice({ id, choice, isChosen }: { id: string; choice: AccessChoiceView; isChosen: boolean }) {
  const { name, scopes } = choice;
  return (
    <div className="group/choice relative flex items-start gap-3 rounded-note border border-line px-3 py-2.5 text-sm has-[:checked]:border-accent">
      <input
        type="radio"
        id={id}
        name="access"
        value={choice.id}
        defaultChecked={isChosen}
        aria-describedby={`${id}-note`}
        className="mt-0.5 size-4 shrink-0 checked:accent-accent"
      />
      <div className="grid min-w-0 gap-1">
        <label htmlFor={id} className="font-medium after:absolute after:inset-0">
          {name}
        </label>
        <div id={`${id}-note`} className="grid gap-1">
          <p className="text-ink-3">
            {scopes.map(({ scope }, i) => (
              <span key={scope}>
                {i > 0 && ", "}
                <Code>{scope}</Code>
              </span>
            ))}
          </p>
          <ul className="hidden gap-1 text-ink-2 group-has-[:checked]/choice:grid">
            {scopes.map(({ scope, permits }) => (
              <li key={scope}>{permits}</li>
            ))}
          </ul>
        </div>
      </div>
    </div>
  );
}
