import { type StepState, Steps } from "@/components/ui/steps";
import { Time } from "@/components/ui/time";
import type { ReceiptStep } from "@/lib/integrations";

const states: Record<ReceiptStep["state"], StepState> = {
  done: "done",
  running: "running",
  waiting: "waiting",
  undone: "failed",
};

/** Each step of a removal: when, how it went, how often it was tried, and what is left for a person. */
export function ReceiptSteps({ steps, now }: { steps: ReceiptStep[]; now: Date }) {
  return (
    <Steps
      items={steps.map((step) => ({
        id: step.id,
        name: step.name,
        state: states[step.state],
        ...(step.at ? { time: <Time at={step.at} now={now} /> } : {}),
        detail: <Detail step={step} now={now} />,
      }))}
    />
  );
}

function Detail({ step, now }: { step: ReceiptStep; now: Date }) {
  const { result, attempts, nextTryAt, byHand } = step;
  return (
    <>
      {result}
      {attempts > 1 && ` Tried ${attempts} times.`}
      {nextTryAt && (
        <>
          {" "}
          Tried next <Time at={nextTryAt} now={now} />.
        </>
      )}
      {byHand && <strong className="mt-1 block font-medium text-ink-2">{byHand}</strong>}
    </>
  );
}
