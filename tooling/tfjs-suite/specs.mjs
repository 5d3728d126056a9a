// Bundled by bundle.mjs and run in a process of its own, which writes how each spec went as JSON.
import { writeFileSync } from 'node:fs'
import { environment, jasmine } from './jasmine.mjs'
import './engine.mjs'
import '@tensorflow/tfjs-core/dist/tests'

const [, , output] = process.argv
const results = []

jasmine.DEFAULT_TIMEOUT_INTERVAL = 120_000
environment.configure({ random: false })
environment.addReporter({
  specDone({ fullName, status, failedExpectations }) {
    results.push({ name: fullName, status, why: failedExpectations[0]?.message ?? '' })
  },
  jasmineDone({ incompleteReason, failedExpectations }) {
    const problems = failedExpectations.map(({ message }) => message)
    if (incompleteReason) problems.push(incompleteReason)
    writeFileSync(output, JSON.stringify({ results, problems }))
    process.exit(0)
  },
})
environment.execute()
