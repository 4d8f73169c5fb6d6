"use client";

import { useFormStatus } from "react-dom";
import { Button, type ButtonProps } from "./button";

/** The button that sends its form; busy while the form's action runs. */
export function SubmitButton({ busy, variant = "primary", ...rest }: ButtonProps) {
  const { pending } = useFormStatus();
  return <Button type="submit" variant={variant} busy={busy ?? pending} {...rest} />;
}
