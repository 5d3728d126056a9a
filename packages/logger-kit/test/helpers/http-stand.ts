import { onTestFinished } from 'vitest'
import type { LoggerOptions } from '../../src/index.js'
import { FakeService, type SeenRequest } from '../../src/testing/index.js'
import type { WriterRecord } from '../../src/writer/index.js'
import { httpLogger } from '../example/http-logger.js'

/** The example logger and its service, with what has arrived. */
export async function httpStand() {
  const service = await new FakeService(() => ({ status: 200 })).up()
  onTestFinished(() => service.down())
  const bodies = (path: RegExp) => service.requests.filter(({ url }) => path.test(url))
  const json = ({ body }: SeenRequest) => JSON.parse(body.toString())
  return {
    service,
    logger: (options: LoggerOptions = {}) => httpLogger({ url: service.url, key: 'k', ...options }),
    records: (): WriterRecord[] =>
      bodies(/records$/).flatMap(({ body }) =>
        body
          .toString()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ),
    runs: () => [...new Set(service.requests.map(({ url }) => url.split('/')[2]))],
    closings: () => bodies(/close$/).map(json),
    openings: () => bodies(/open$/).length,
  }
}
