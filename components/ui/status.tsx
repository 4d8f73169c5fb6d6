import type { ReactNode } from "react";
import { cn } from "./cn";
import { Glyph, type GlyphShape, type GlyphSize } from "./status-glyph";
import {
  type AppStatusName,
  appLooks,
  type DeploymentStatusName,
  deploymentLooks,
  type IntegrationStatusName,
  integrationLooks,
  type StatusLook,
  type Tone,
  toneShape,
  toneText,
} from "./status-maps";

type Common = { size?: GlyphSize; children?: ReactNode; className?: string | undefined };

/** A glyph and a word in the colour of the status. Never a pill, never the colour alone. */
export function Status({
  shape,
  tone,
  size = 14,
  children,
  className,
}: Common & { shape: GlyphShape; tone: Tone }) {
  return (
    <span className={cn("inline-flex items-baseline gap-1.5 font-medium text-sm", toneText[tone], className)}>
      {/* Its baseline is the word's, so that it stands level with whatever is beside it. */}
      <Glyph shape={shape} size={size} className={cn("self-center", toneShape[tone])} />
      <span>{children}</span>
    </span>
  );
}

function fromLook({ shape, tone, word }: StatusLook, { children, ...rest }: Common) {
  return (
    <Status shape={shape} tone={tone} {...rest}>
      {children ?? word}
    </Status>
  );
}

/** Children replace the word, e.g. "Expires in 5 days". */
export function IntegrationStatus({ status, ...rest }: Common & { status: IntegrationStatusName }) {
  return fromLook(integrationLooks[status], rest);
}

export function DeploymentStatus({ status, ...rest }: Common & { status: DeploymentStatusName }) {
  return fromLook(deploymentLooks[status], rest);
}

export function AppStatus({ status, ...rest }: Common & { status: AppStatusName }) {
  return fromLook(appLooks[status], rest);
}

/** The shape alone, in its colour, with its word for assistive technology. */
export function ToneGlyph({
  look,
  size = 14,
  label,
}: {
  look: StatusLook;
  size?: GlyphSize;
  label?: string | undefined;
}) {
  return (
    <span className={cn("inline-flex shrink-0", toneShape[look.tone])}>
      <Glyph shape={look.shape} size={size} />
      <span className="sr-only">{label ?? look.word}</span>
    </span>
  );
}
