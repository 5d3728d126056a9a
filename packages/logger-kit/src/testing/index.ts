// The processes that the suite starts import this module.
export { doTask } from './child.js'
export { loggerFailureSuite } from './failure-suite.js'
export { type Answer, FakeService, type Fault, type SeenRequest } from './fake-service.js'
export {
  type EmptyRun,
  type LeftoverCase,
  type LeftoverSubject,
  leftoverSuite,
} from './leftover-suite.js'
export { PlayedRun } from './played-run.js'
export type { LoggerCase } from './scene.js'
export type {
  Arrived,
  Disturbance,
  LoggerEntry,
  LoggerStand,
  LoggerSubject,
  WithoutSpool,
} from './subject.js'
