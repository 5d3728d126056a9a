import { isMainThread } from 'node:worker_threads'
import { defineWriter } from '../../src/writer/index.js'
import { writer as good } from '../example/http-logger.js'

/** The example's writer, which takes its thread with it soon after it has opened a run. */
export const writer = defineWriter<{ url: string }>((options, setup) => {
  const inner = good.create(options, setup)
  return {
    ...inner,
    async open(context) {
      const opened = await inner.open(context)
      if (!isMainThread) {
        setTimeout(() => {
          throw new Error('died on purpose')
        })
      }
      return opened
    },
  }
})
