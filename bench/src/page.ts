import { modelSteps } from './model-steps.js'

/** Measures the model that the address of the page names, here or in a web worker, and sends what it took. */
async function report(): Promise<void> {
  const { model, counts, inWorker } = JSON.parse(decodeURIComponent(location.search.slice(1)))
  if (inWorker && typeof document !== 'undefined') {
    new Worker(`script.js${location.search}`)
    return
  }
  const result = await modelSteps(model, { wasmPaths: '/wasm/' }, counts).catch(String)
  await fetch('/result', { method: 'POST', body: JSON.stringify(result) })
}

report()
