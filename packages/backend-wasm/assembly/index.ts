export { setPool, work } from './threads'
export { runProgram } from './program'
export { setScratch } from './scratch'
export { setWide } from './wide-imports'
