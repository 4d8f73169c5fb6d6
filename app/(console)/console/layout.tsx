import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { requireSession } from "@/lib/auth";
import { HomeShell } from "../home-shell";

/** For instance admins; for everybody else there is nothing here. */
export default async function InstanceLayout({ children }: { children: ReactNode }) {
  const session = await requireSession();
  if (!session.user.isInstanceAdmin) notFound();
  return <HomeShell>{children}</HomeShell>;
}
