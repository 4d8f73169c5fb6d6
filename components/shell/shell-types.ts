import type { ReactNode } from "react";
import type { AppStatusName } from "@/components/ui/status-maps";

export type ShellUser = { name: string; email: string; isInstanceAdmin?: boolean | undefined };
export type ShellProject = { id: string; name: string };

export type ShellNavItem = {
  href: string;
  label: string;
  /** A lucide element; a server layout may pass it as it is. */
  icon: ReactNode;
  /** How many things need someone: an amber triangle and the number, only above zero. */
  badge?: number | undefined;
  /** What the number counts, for assistive technology: "integrations need re-authorization". */
  badgeLabel?: string | undefined;
};

export type ShellApp = {
  id: string;
  name: string;
  href: string;
  status: AppStatusName;
  /** Beside the name, only while building. */
  word?: string | undefined;
};
