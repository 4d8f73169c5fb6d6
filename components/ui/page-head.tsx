import type { ReactNode } from "react";
import { cn } from "./cn";

type Props = {
  title: ReactNode;
  /** One sentence of facts under the title. */
  facts?: ReactNode;
  /** A provider's mark before the title. */
  mark?: ReactNode;
  /** A line above the title: status and when. */
  above?: ReactNode;
  /** At most two buttons. */
  actions?: ReactNode;
  className?: string | undefined;
};

/** The page's only `h1`. */
export function PageHead({ title, facts, mark, above, actions, className }: Props) {
  return (
    <header className={cn("mb-8 flex flex-wrap items-start justify-between gap-x-6 gap-y-4", className)}>
      <div className="flex min-w-0 flex-1 basis-80 items-start gap-4 sm:items-center">
        {mark}
        <div className="grid min-w-0 gap-1">
          {above && (
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-2 text-sm">{above}</div>
          )}
          <h1 className="text-2xl">{title}</h1>
          {facts && <div className="text-base text-ink-2">{facts}</div>}
        </div>
      </div>
      {actions && <div className="flex w-full gap-2 *:flex-1 sm:w-auto sm:*:flex-none">{actions}</div>}
    </header>
  );
}

/** A second-level heading with a quiet count or remark. */
export function SectionHead({
  title,
  remark,
  children,
  id,
}: {
  title: ReactNode;
  remark?: ReactNode;
  children?: ReactNode;
  id?: string;
}) {
  return (
    <div className="mb-3">
      <h2 id={id} className="font-semibold text-lg">
        {title}
        {remark && <span className="ml-2 font-normal text-ink-3 text-sm tracking-normal">{remark}</span>}
      </h2>
      {children && <p className="text-ink-2 text-sm">{children}</p>}
    </div>
  );
}
