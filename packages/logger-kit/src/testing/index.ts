export { type Answer, FakeService, type Fault, type SeenRequest } from './fake-service.js'
export type { Arrived, Disturbance, LoggerEntry, LoggerStand, LoggerSubject } from './subject.js'
