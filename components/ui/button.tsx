import { Slot } from "radix-ui/slot";
import { type ComponentProps, isValidElement, type ReactNode } from "react";
import { type ButtonLook, buttonStyle } from "./button-style";
import { cn } from "./cn";
import { Spinner } from "./spinner";
import { Tooltip } from "./tooltip";

export type ButtonProps = ComponentProps<"button"> &
  ButtonLook & {
    /** Under way: spinner and participle, the width stays, clicks do nothing. */
    busy?: boolean | undefined;
    /** The participle, "Saving". */
    busyLabel?: string | undefined;
    /** Why it cannot be used. It stays focusable and says the reason in its tooltip. */
    disabledReason?: string | undefined;
    /** Dresses its one child (a link) as a button. */
    asChild?: boolean | undefined;
    /** An icon alone; give it an `aria-label`. */
    square?: boolean | undefined;
  };

export function Button({
  variant,
  size,
  busy = false,
  busyLabel,
  disabledReason,
  asChild = false,
  square = false,
  className,
  children,
  type = "button",
  ...rest
}: ButtonProps) {
  const look = cn(buttonStyle({ variant, size, square }), className);
  if (asChild && disabledReason === undefined) {
    return (
      <Slot className={cn(look, "gap-2")} {...rest}>
        {children}
      </Slot>
    );
  }
  const blocked = busy || disabledReason !== undefined;
  const button = (
    <button
      className={look}
      {...rest}
      // Blocked it stays focusable, so that its reason can be read, but neither acts nor sends its form.
      type={blocked ? "button" : type}
      {...(blocked ? { "aria-disabled": true, onClick: undefined } : {})}
      {...(busy ? { "aria-busy": true } : {})}
    >
      <Layers busy={busy} busyLabel={busyLabel}>
        {asChild ? labelOf(children) : children}
      </Layers>
    </button>
  );
  return disabledReason === undefined ? button : <Tooltip content={disabledReason}>{button}</Tooltip>;
}

/** What a link says, for the button that stands in its place while it may not be followed. */
function labelOf(link: ReactNode): ReactNode {
  return isValidElement<{ children?: ReactNode }>(link) ? link.props.children : link;
}

/** Both labels share one cell, so that the wider one decides the width and nothing moves when they change. */
function Layers({
  busy,
  busyLabel,
  children,
}: {
  busy: boolean;
  busyLabel: string | undefined;
  children: ReactNode;
}) {
  const cell = "col-start-1 row-start-1 inline-flex items-center justify-center gap-2";
  return (
    <>
      <span className={cn(cell, busy && "invisible")}>{children}</span>
      {(busy || busyLabel) && (
        <span className={cn(cell, !busy && "invisible")}>
          <Spinner />
          {busyLabel ?? <span className="sr-only">Working</span>}
        </span>
      )}
    </>
  );
}
