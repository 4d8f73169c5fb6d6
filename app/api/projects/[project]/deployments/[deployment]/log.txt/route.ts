import { downloadLog, logFileName } from "@/lib/deployments";
import { projectRoute } from "@/lib/route";

/** The whole log as a text file, sent while it is read. */
export const GET = projectRoute(async (context, { params }) => {
  const id = params.deployment ?? "";
  const name = await logFileName(context, id);
  const text = downloadLog(context, id);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await text.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await text.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
});
