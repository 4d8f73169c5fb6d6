import type { ReactNode } from "react";
import { requireSession } from "@/lib/auth";

/** Everything inside is for signed-in people. Each page and verb asks again for what it shows. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  await requireSession();
  return children;
}
