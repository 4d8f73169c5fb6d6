import type { ReactNode } from "react";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { ExternalLink, TextLink } from "@/components/ui/link";
import { Glyph, type GlyphShape } from "@/components/ui/status-glyph";
import type { PendingGrantView } from "@/lib/integrations";

type Repository = PendingGrantView["kept"][number];
type Props = { grant: PendingGrantView; account: string; provider: string; base: string };

/** What would break, worst first; then what stays. */
export function LossPanel({ grant, account, provider, base }: Props) {
  const { lost, unkept, unknown, kept } = grant;
  return (
    <Card>
      <CardHeader title="What it would change" description={whoOf(grant, account, provider)} />
      <CardBody className="grid gap-5">
        <Group
          shape="failed"
          tone="text-bad-solid"
          title={count(lost.length, "repository would be lost", "repositories would be lost")}
          detail={`${grant.account} cannot see ${lost.length === 1 ? "it" : "them"} at ${provider}. Pushes no longer deploy; what is live stays live.`}
          repositories={lost}
          base={base}
        />
        <Group
          shape="attention"
          tone="text-warn-solid"
          title={count(
            unkept.length,
            "webhook could no longer be mended",
            "webhooks could no longer be mended",
          )}
          detail={`${grant.account} may not manage webhooks there. What is registered goes on delivering; if it breaks, the console asks for new commits instead.`}
          repositories={unkept}
          base={base}
        />
        <Group
          shape="degraded"
          tone="text-idle-solid"
          title={count(
            unknown.length,
            "repository could not be checked now",
            "repositories could not be checked now",
          )}
          detail={`${provider} did not answer in time. It may work all the same.`}
          repositories={unknown}
          base={base}
        />
        <Group
          shape="check"
          tone="text-ok-solid"
          title={
            kept.length + lost.length + unkept.length + unknown.length === 0
              ? "No app uses it yet, so nothing can break"
              : count(kept.length, "repository stays as it is", "repositories stay as they are")
          }
          detail="Bindings, webhooks and history stay. Pushes that were missed are looked for right after."
          repositories={kept}
          base={base}
          isAlways
        />
      </CardBody>
    </Card>
  );
}

function whoOf({ replaced, isSameAgain, account }: PendingGrantView, before: string, provider: string) {
  if (replaced) {
    return `You authorized ${account}. It would take the place of ${before}, whose token is then revoked at ${provider}.`;
  }
  if (isSameAgain) {
    return `You chose ${account} again, so no account is replaced. Confirm to renew its token, or discard and choose another one at ${provider}.`;
  }
  return `You authorized the same account. Its old token is revoked at ${provider} afterwards.`;
}

type GroupProps = {
  shape: GlyphShape;
  tone: string;
  title: string;
  detail: string;
  repositories: Repository[];
  base: string;
  isAlways?: boolean;
};

function Group({ shape, tone, title, detail, repositories, base, isAlways = false }: GroupProps) {
  if (repositories.length === 0 && !isAlways) return null;
  return (
    <section className="flex items-start gap-3 text-sm">
      <Glyph shape={shape} size={18} className={`mt-0.5 shrink-0 ${tone}`} />
      <div className="grid min-w-0 gap-1">
        <h3 className="font-semibold">{title}</h3>
        <p className="text-ink-2">{detail}</p>
        {repositories.length > 0 && (
          <ul className="mt-1 grid gap-1">
            {repositories.map(({ id, name, url, apps }) => (
              <li key={id} className="break-words">
                <ExternalLink href={url}>{name}</ExternalLink>
                <span className="text-ink-2">
                  , followed by {joined(apps.map((app) => appLink(app, base)))}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

const appLink = ({ id, name }: Repository["apps"][number], base: string) => (
  <TextLink key={id} href={`${base}/apps/${id}`}>
    {name}
  </TextLink>
);

const joined = (parts: ReactNode[]): ReactNode[] =>
  parts.flatMap((part, i) => (i === 0 ? [part] : [", ", part]));

const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;
