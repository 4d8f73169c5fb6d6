export { announce, type ConsoleEvent, type EventKind, parseEvent } from "@/lib/events/announce";
export { eventStream, openStreams, STREAM_HEADERS, type StreamOptions } from "@/lib/events/stream";
export { closeEvents, type Heard, subscribe } from "@/lib/events/subscribe";
