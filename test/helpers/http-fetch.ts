import { Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

/**
 * A `fetch` without the timers that Node's own keeps for its connections. For bodies of text or
 * bytes.
 */
export const httpFetch: typeof fetch = async (url, init = {}) => {
  const { method = 'GET', headers = {}, body, signal } = init
  const agent = new Agent()
  const options = { method, headers: headers as Record<string, string>, agent }
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(String(url), { ...options, ...(signal && { signal }) }, resolve)
      sent.on('error', reject)
      sent.end(body as string | Uint8Array | undefined)
    })
    const given = Object.entries(answer.headers).map(([name, value]) => [name, String(value)])
    const { statusCode: status = 0 } = answer
    return new Response(await text(answer), { status, headers: Object.fromEntries(given) })
  } finally {
    agent.destroy()
  }
}
