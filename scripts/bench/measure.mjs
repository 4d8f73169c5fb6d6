import { Agent, request } from "node:http";

const WARM_UP = 15;
const ROUNDS = 60;

/**
 * Milliseconds until the first byte of each address at the median, asked in turns so that a busy moment meets all of them.
 * @param {Record<string, { url: string, cookie?: string }>} pages
 */
export async function firstBytes(pages) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times = Object.fromEntries(Object.keys(pages).map((name) => [name, []]));
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    for (const [name, page] of Object.entries(pages)) {
      const time = await firstByte(page, agent);
      if (round >= WARM_UP) times[name].push(time);
    }
  }
  agent.destroy();
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
}

function firstByte({ url, cookie }, agent) {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, headers: cookie ? { cookie } : {} }, (response) => {
      let time;
      response.once("readable", () => {
        time = performance.now() - startedAt;
      });
      response.on("data", () => undefined);
      response.on("end", () => resolve(time ?? performance.now() - startedAt));
    });
    call.on("error", reject);
    call.end();
  });
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
