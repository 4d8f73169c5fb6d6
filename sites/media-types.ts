import { extname } from "node:path";

const TEXT = "; charset=utf-8";

const TYPES: Record<string, string> = {
  ".aac": "audio/aac",
  ".apng": "image/apng",
  ".atom": `application/atom+xml${TEXT}`,
  ".avif": "image/avif",
  ".bmp": "image/bmp",
  ".br": "application/x-brotli",
  ".cjs": `text/javascript${TEXT}`,
  ".css": `text/css${TEXT}`,
  ".csv": `text/csv${TEXT}`,
  ".eot": "application/vnd.ms-fontobject",
  ".gif": "image/gif",
  ".glb": "model/gltf-binary",
  ".gltf": "model/gltf+json",
  ".gz": "application/gzip",
  ".htm": `text/html${TEXT}`,
  ".html": `text/html${TEXT}`,
  ".ico": "image/x-icon",
  ".ics": `text/calendar${TEXT}`,
  ".jpeg": "image/jpeg",
  ".jpg": "image/jpeg",
  ".js": `text/javascript${TEXT}`,
  ".json": `application/json${TEXT}`,
  ".jsonld": `application/ld+json${TEXT}`,
  ".jxl": "image/jxl",
  ".m4a": "audio/mp4",
  ".map": `application/json${TEXT}`,
  ".md": `text/markdown${TEXT}`,
  ".mjs": `text/javascript${TEXT}`,
  ".mov": "video/quicktime",
  ".mp3": "audio/mpeg",
  ".mp4": "video/mp4",
  ".ogg": "audio/ogg",
  ".otf": "font/otf",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".rss": `application/rss+xml${TEXT}`,
  ".svg": `image/svg+xml${TEXT}`,
  ".tar": "application/x-tar",
  ".tiff": "image/tiff",
  ".ttf": "font/ttf",
  ".txt": `text/plain${TEXT}`,
  ".vtt": `text/vtt${TEXT}`,
  ".wasm": "application/wasm",
  ".wav": "audio/wav",
  ".webm": "video/webm",
  ".webmanifest": `application/manifest+json${TEXT}`,
  ".webp": "image/webp",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
  ".xhtml": `application/xhtml+xml${TEXT}`,
  ".xml": `application/xml${TEXT}`,
  ".zip": "application/zip",
};

/** The media type of a file by its name; what is not known is only offered for download, since browsers may not guess. */
export function mediaType(path: string): string {
  if (path.endsWith(".well-known/apple-app-site-association")) return TYPES[".json"] ?? "";
  return TYPES[extname(path).toLowerCase()] ?? "application/octet-stream";
}
