/** What a page may hear of its project; `missed` stands for everything that may have happened in a gap. */
export type LiveEvent = {
  kind: "deployment" | "log" | "push" | "integration" | "app" | "members" | "missed";
  app?: string;
  deployment?: string;
};

const KINDS: readonly LiveEvent["kind"][] = [
  "deployment",
  "log",
  "push",
  "integration",
  "app",
  "members",
  "missed",
];

type Callbacks = {
  onEvent: (event: LiveEvent) => void;
  onState: (isConnected: boolean) => void;
};

/** One event stream for this tab, closed while the tab is hidden (a browser allows six for each origin). */
export function watchProject(projectId: string, { onEvent, onState }: Callbacks): () => void {
  let source: EventSource | undefined;

  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(`/api/projects/${projectId}/events`);
    source.onopen = () => {
      onState(true);
      // The first time, too: what happened between the server's rendering and now was told to nobody here.
      onEvent({ kind: "missed" });
    };
    source.onerror = () => onState(false);
    for (const kind of KINDS) {
      source.addEventListener(kind, (message) => onEvent(parse(kind, message.data)));
    }
  };
  const close = () => {
    source?.close();
    source = undefined;
  };
  const follow = () => (document.hidden ? close() : open());

  document.addEventListener("visibilitychange", follow);
  open();
  return () => {
    document.removeEventListener("visibilitychange", follow);
    close();
  };
}

function parse(kind: LiveEvent["kind"], data: string): LiveEvent {
  try {
    return { ...(JSON.parse(data) as object), kind };
  } catch {
    return { kind };
  }
}
