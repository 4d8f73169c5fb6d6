"use client";

import { Plus } from "lucide-react";
import { useState } from "react";
import type { FormAction } from "@/components/action-form";
import { Button } from "@/components/ui/button";
import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { InstanceForm } from "./instance-form";

/** Another Git host of the same kind, such as an Enterprise Server. */
export function AddInstance({ save }: { save: FormAction }) {
  const [isOpen, setOpen] = useState(false);
  if (!isOpen) {
    return (
      <Button className="mt-4" onClick={() => setOpen(true)}>
        <Plus aria-hidden />
        Add a GitHub Enterprise Server
      </Button>
    );
  }
  return (
    <Card as="div" className="mt-4">
      <CardHeader
        level={3}
        title="Another provider instance"
        description="Its callback address is shown once it is added; register it there before anyone connects."
        actions={
          <Button size="sm" onClick={() => setOpen(false)}>
            Cancel
          </Button>
        }
      />
      <CardBody>
        <InstanceForm save={save} onDone={() => setOpen(false)} />
      </CardBody>
    </Card>
  );
}
