import type { ReactNode } from "react";
import { Card } from "./card";
import { cn } from "./cn";

type EmptyProps = {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** 1 where it is all that the page says. */
  level?: 1 | 2 | 3;
  className?: string;
};

/** What belongs here, one sentence, one button. */
export function Empty({ title, children, action, level = 2, className }: EmptyProps) {
  const Heading = `h${level}` as "h1" | "h2" | "h3";
  return (
    <Card as="div" className={cn("grid justify-items-center gap-1 px-6 py-8 text-center", className)}>
      <Heading className="font-semibold text-base">{title}</Heading>
      {children && <p className="max-w-[52ch] text-ink-2 text-sm">{children}</p>}
      {action && <div className="mt-3">{action}</div>}
    </Card>
  );
}

export type FirstStep = { title: string; detail: ReactNode; action?: ReactNode };

type FirstStepsProps = {
  icon: ReactNode;
  title: string;
  lead: ReactNode;
  steps: FirstStep[];
  /** Which step is next, from 0. Only its action is shown. */
  active: number;
  footer?: ReactNode;
};

/** The empty project: numbered steps, only the next one active. */
export function FirstSteps({ icon, title, lead, steps, active, footer }: FirstStepsProps) {
  return (
    <div className="mx-auto w-full max-w-[680px] pt-4 lg:pt-10">
      <span className="inline-flex size-12 items-center justify-center rounded-card border border-line bg-surface shadow-1 [&>.lucide]:size-5">
        {icon}
      </span>
      <h1 className="mt-4 text-2xl">{title}</h1>
      <p className="mt-2 max-w-[60ch] text-base text-ink-2">{lead}</p>
      <Card as="div" className="mt-6">
        <ol>
          {steps.map((step, index) => (
            <Step
              key={step.title}
              step={step}
              number={index + 1}
              state={index < active ? "done" : index === active ? "next" : "later"}
            />
          ))}
        </ol>
      </Card>
      {footer && <p className="mt-4 text-ink-3 text-sm">{footer}</p>}
    </div>
  );
}

function Step({
  step,
  number,
  state,
}: {
  step: FirstStep;
  number: number;
  state: "done" | "next" | "later";
}) {
  return (
    <li
      aria-current={state === "next" ? "step" : undefined}
      className="flex flex-wrap items-center gap-x-4 gap-y-3 border-line border-t p-5 first:border-t-0 sm:px-6"
    >
      <span
        className={cn(
          "inline-flex size-7 shrink-0 items-center justify-center rounded-full border font-semibold text-sm tabular-nums",
          state === "next" ? "border-ink bg-ink text-on-ink" : "border-line-strong text-ink-3",
        )}
      >
        {state === "done" ? (
          <>
            <span aria-hidden="true">✓</span>
            <span className="sr-only">{number}, done</span>
          </>
        ) : (
          number
        )}
      </span>
      <div className="min-w-0 flex-1 basis-56">
        <p className={cn("font-medium text-base", state !== "next" && "text-ink-2")}>{step.title}</p>
        <p className="text-ink-3 text-sm">{step.detail}</p>
      </div>
      {state === "next" && step.action}
    </li>
  );
}
