export { runProgram } from './launch'
export { setScratch } from './scratch'
