import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn";

type CardProps = ComponentProps<"section"> & {
  as?: "section" | "div" | "article" | "li" | "form";
  /** Newly connected: an accent ring that fades over two seconds. */
  fresh?: boolean | undefined;
};

/** Surface, hairline, radius 12. A banner in it colours its whole border. */
export function Card({ as = "section", fresh = false, className, ...rest }: CardProps) {
  const Tag = as as "section";
  return (
    <Tag
      className={cn(
        "min-w-0 rounded-card border border-line bg-surface shadow-1",
        "has-[>[data-banner=warn]]:border-warn-line has-[>[data-banner=bad]]:border-bad-line",
        fresh && "animate-ring",
        className,
      )}
      {...rest}
    />
  );
}

type HeaderProps = {
  title: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  level?: 2 | 3;
  id?: string;
  className?: string | undefined;
};

/** A card's title, one sentence about it, and what can be done at the right. */
export function CardHeader({ title, description, actions, level = 2, id, className }: HeaderProps) {
  const Heading = `h${level}` as "h2" | "h3";
  return (
    <div data-card-head="" className={cn("flex items-start justify-between gap-4 px-5 pt-4 pb-3", className)}>
      <div className="min-w-0">
        <Heading id={id} className="font-semibold text-base">
          {title}
        </Heading>
        {description && <p className="text-ink-3 text-sm">{description}</p>}
      </div>
      {actions && <div className="flex max-w-full shrink-0 items-center gap-2">{actions}</div>}
    </div>
  );
}

/** The inside of a card, 20 px from its edge. */
export function CardBody({ className, ...rest }: ComponentProps<"div">) {
  return <div className={cn("p-5 [[data-card-head]+&]:pt-0", className)} {...rest} />;
}

/** The foot of a card: a sentence at the left, a button at the right. */
export function CardFooter({ className, ...rest }: ComponentProps<"div">) {
  return (
    <div
      className={cn(
        "flex flex-wrap items-center justify-between gap-3 rounded-b-card border-line border-t px-5 py-3 text-ink-2 text-sm",
        className,
      )}
      {...rest}
    />
  );
}

type PanelProps = Omit<ComponentProps<"section">, "title"> & {
  title?: ReactNode;
  actions?: ReactNode;
  level?: 2 | 3;
};

/** A card with a title and 20 px of room: the panel at the side of a page. */
export function Panel({ title, actions, level = 2, className, children, ...rest }: PanelProps) {
  const Heading = `h${level}` as "h2" | "h3";
  return (
    <Card className={cn("p-5", className)} {...rest}>
      {title && (
        <div className="mb-3 flex items-center justify-between gap-4">
          <Heading className="font-semibold text-base">{title}</Heading>
          {actions}
        </div>
      )}
      {children}
    </Card>
  );
}
