"use client";

import { useEffect, useState } from "react";
import { Card } from "@/components/ui/card";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { Status } from "@/components/ui/status";

type Check = { ok: boolean; detail: string };
type Report = { isReady: boolean; checks: Record<string, Check> };

const EVERY_MS = 10_000;
const NAMES: Record<string, string> = {
  database: "Database",
  migrations: "Migrations",
  worker: "Worker",
  git: "Git",
  sandbox: "Build sandbox",
};

/** What `/api/ready` says, asked every ten seconds while the page is open. */
export function HealthPanel() {
  const [report, setReport] = useState<Report | "silent" | null>(null);
  useEffect(() => {
    const control = new AbortController();
    const ask = () => readReport(control.signal).then((found) => !control.signal.aborted && setReport(found));
    void ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => {
      control.abort();
      clearInterval(timer);
    };
  }, []);
  if (report === null) {
    return (
      <Loading label="Loading health">
        <Skeleton className="h-[230px] rounded-card" />
      </Loading>
    );
  }
  if (report === "silent") {
    return (
      <Card className="p-5 text-bad text-sm">The console does not answer. It may be starting again.</Card>
    );
  }
  return (
    <Card as="div">
      <ul>
        {Object.entries(report.checks).map(([name, check]) => (
          <li
            key={name}
            className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 border-line border-t px-5 py-3 text-sm first:border-t-0"
          >
            <span className="w-36 font-medium">{NAMES[name] ?? name}</span>
            <span className="min-w-0 flex-1 basis-60 text-ink-2">{check.detail}</span>
            <Status shape={check.ok ? "check" : "attention"} tone={check.ok ? "ok" : "warn"}>
              {check.ok ? "Works" : "Needs someone"}
            </Status>
          </li>
        ))}
      </ul>
    </Card>
  );
}

async function readReport(signal: AbortSignal): Promise<Report | "silent"> {
  try {
    const answer = await fetch("/api/ready", { signal, cache: "no-store" });
    return (await answer.json()) as Report;
  } catch {
    return "silent";
  }
}
