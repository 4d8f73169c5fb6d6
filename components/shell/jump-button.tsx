"use client";

import { Search } from "lucide-react";
import { Button } from "@/components/ui/button";
import { openJump } from "@/components/ui/command-palette";

/** Search in the top bar, where the sidebar with its field is folded away. */
export function JumpButton() {
  return (
    <Button variant="ghost" square aria-label="Jump to" onClick={openJump} className="lg:hidden">
      <Search aria-hidden />
    </Button>
  );
}
