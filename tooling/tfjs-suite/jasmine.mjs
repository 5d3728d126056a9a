import jasmineRequire from 'jasmine-core/lib/jasmine-core/jasmine.js'

/** Jasmine with its functions as globals, which is how tfjs' specs call them. */
export const jasmine = jasmineRequire.core(jasmineRequire)
export const environment = jasmine.getEnv({ suppressLoadErrors: true })

Object.assign(globalThis, jasmineRequire.interface(jasmine, environment), { jasmine })
