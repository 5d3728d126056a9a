export { compile } from './compile.js'
export { type CompileOptions, options } from './options.js'
