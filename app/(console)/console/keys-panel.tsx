import { Card, CardFooter } from "@/components/ui/card";
import { Code } from "@/components/ui/code";
import { Status } from "@/components/ui/status";
import type { KeysView, MasterKeyView } from "@/lib/instances";

/** Which master keys there are, by fingerprint, and what depends on each. Nothing here opens anything. */
export function KeysPanel({ keys }: { keys: KeysView }) {
  return (
    <Card as="div">
      <ul>
        {keys.masterKeys.map((key) => (
          <li
            key={key.fingerprint}
            className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 border-line border-t px-5 py-3 text-sm first:border-t-0"
          >
            <span className="w-44">
              <Code>{key.fingerprint}</Code>
            </span>
            <span className="min-w-0 flex-1 basis-60 text-ink-2">{sentence(key, keys.source)}</span>
            <KeyStatus of={key} />
          </li>
        ))}
      </ul>
      <CardFooter>
        <p className="min-w-0 flex-1 basis-72">
          {unfinished(keys) ??
            "A master key, or the data key of a project or of this instance, is changed on the command line."}
        </p>
        <ul className="grid gap-1">
          <li>
            <Code>npm run console -- keys rotate --new-key-file FILE</Code>
          </li>
          <li>
            <Code>npm run console -- keys rotate-project PROJECT</Code>
          </li>
          <li>
            <Code>npm run console -- keys rotate-instance</Code>
          </li>
        </ul>
      </CardFooter>
    </Card>
  );
}

function KeyStatus({ of: { isCurrent, isKnown, projectKeys, ownKeys } }: { of: MasterKeyView }) {
  if (!isKnown) {
    return (
      <Status shape="attention" tone="warn">
        Missing
      </Status>
    );
  }
  if (isCurrent) {
    return (
      <Status shape="check" tone="ok">
        Current
      </Status>
    );
  }
  const isUsed = projectKeys > 0 || ownKeys.length > 0;
  return isUsed ? (
    <Status shape="attention" tone="warn">
      Still needed
    </Status>
  ) : (
    <Status shape="skipped" tone="idle">
      Replaced
    </Status>
  );
}

function sentence(key: MasterKeyView, source: KeysView["source"]): string {
  const wraps = [
    ...(key.projectKeys > 0
      ? [key.projectKeys === 1 ? "1 project key" : `${key.projectKeys} project keys`]
      : []),
    ...key.ownKeys.map((purpose) => OWN[purpose]),
  ];
  const opens = wraps.length > 0 ? `Wraps ${listed(wraps)}.` : "Wraps nothing.";
  if (!key.isKnown) return `${opens} This console was not given it, so those stay closed.`;
  if (key.isCurrent) return `${opens} ${source === "file" ? "Kept in a file." : "Given as MASTER_KEY."}`;
  return wraps.length > 0 ? opens : `${opens} Backups made before the change still need it.`;
}

const OWN = {
  instance: "the instance's own secrets",
  session: "sessions",
  audit: "the audit",
} as const;

const listed = (words: readonly string[]) =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** What was begun on the command line and is not at its end. */
function unfinished({ masterKeys, retired }: KeysView): string | null {
  const isMasterLeft = masterKeys.some(
    ({ isCurrent, isKnown, projectKeys, ownKeys }) =>
      !isCurrent && isKnown && (projectKeys > 0 || ownKeys.length > 0),
  );
  if (isMasterLeft) return "A change of the master key is not finished. Run keys rotate again.";
  if (retired === 0) return null;
  return retired === 1
    ? "1 data key was replaced and is kept until nothing is sealed with it."
    : `${retired} data keys were replaced and are kept until nothing is sealed with them.`;
}
