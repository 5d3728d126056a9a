import { modelSteps } from './model-steps.js'

/** Measures the model that the address of the page names, and sends what it took. */
async function report(): Promise<void> {
  const { model, counts } = JSON.parse(decodeURIComponent(location.search.slice(1)))
  const result = await modelSteps(model, { wasmPaths: '/wasm/' }, counts).catch(String)
  await fetch('/result', { method: 'POST', body: JSON.stringify(result) })
}

report()
