import { Worker } from 'node:worker_threads'
import { expect, it, vi } from 'vitest'
import { DecodePool } from '../../src/image-folder/decode-pool.js'

it('an answer that comes while it ends lets no process go that waits for the end', async () => {
  const posted = vi.spyOn(Worker.prototype, 'postMessage')
  const pool = new DecodePool({ size: [1, 1], channels: 1, fit: 'stretch' }, 1)
  const job = pool.decode(['none.png']).catch((error: Error) => error.message)
  const [worker] = posted.mock.contexts as [Worker]
  const released = vi.spyOn(worker, 'unref')
  const closed = pool.close()
  worker.emit('message', { id: 0, pixels: new Uint8Array(1), broken: [] })
  expect(released).not.toHaveBeenCalled()
  await closed
  expect(await job).toMatchObject({ id: 0 })
})

it('what was asked of it and is not done fails', async () => {
  const pool = new DecodePool({ size: [1, 1], channels: 1, fit: 'stretch' }, 1)
  const job = pool.decode(['none.png']).catch((error: Error) => error.message)
  await pool.close()
  expect(await job).toBe('The thread that decodes has ended.')
})
