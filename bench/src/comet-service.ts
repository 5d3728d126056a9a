import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { workerData } from 'node:worker_threads'

// Answers every request of Comet's REST API with what a logger wants to hear, in a thread of its own.
const experiment = {
  experimentKey: 'a'.repeat(32),
  workspaceName: 'bench',
  projectName: 'bench',
  link: 'http://127.0.0.1/bench',
  name: 'bench',
}
const beats = {
  isAliveBeatDurationMillis: 10_000,
  cpuMonitorIntervalMillis: 60_000,
  gpuMonitorIntervalMillis: 60_000,
}
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ msg: 'Saved', ...experiment, ...beats }))
  })
})
server.listen(0, '127.0.0.1', () => {
  const port = workerData as Int32Array
  Atomics.store(port, 0, (server.address() as AddressInfo).port)
  Atomics.notify(port, 0)
})
